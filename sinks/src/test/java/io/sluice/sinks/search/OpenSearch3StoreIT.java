package io.sluice.sinks.search;

import io.sluice.testkit.OpenSearchNode;

/** On OpenSearch 3. */
class OpenSearch3StoreIT extends OpenSearchStoreContract {

  OpenSearch3StoreIT() {
    super(OpenSearchNode.Version.V3);
  }
}
