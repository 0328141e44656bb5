package io.sluice.sinks.search;

import io.sluice.testkit.OpenSearchNode;

/** On OpenSearch 2.19. */
class OpenSearchStoreIT extends OpenSearchStoreContract {

  OpenSearchStoreIT() {
    super(OpenSearchNode.Version.V2);
  }
}
