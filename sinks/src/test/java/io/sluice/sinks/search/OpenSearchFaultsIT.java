package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Namespace;
import io.sluice.sinks.search.FaultProxy.Fault;
import io.sluice.testkit.OpenSearchNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens between the sink and the node: each document is there once. */
class OpenSearchFaultsIT {

  private static final TopicPartition PARTITION = new TopicPartition("sluice.logs", 0);
  private static final int DOCUMENTS = 200;

  private final OpenSearchNode node = Nodes.node(OpenSearchNode.Version.V2);
  private final Namespace namespace = Nodes.namespace();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> refused = Collections.synchronizedList(new ArrayList<>());

  @SuppressWarnings("NullAway.Init") // open comes first
  private FaultProxy proxy;

  @SuppressWarnings("NullAway.Init")
  private OpenSearchStore store;

  @BeforeEach
  void open() throws IOException {
    proxy = new FaultProxy(node.url());
    store = OpenSearchStore.open(Nodes.config(proxy.url()), Duration.ofDays(3), namespace, meters);
    assertThat(store.committed()).isEmpty();
  }

  @AfterEach
  void close() {
    store.close();
    proxy.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"NONE", "UNAUTHORIZED", "FORBIDDEN"},
      mode = EnumSource.Mode.EXCLUDE)
  void eachDocumentIsThereOnce(Fault fault) {
    proxy.plan(fault, fault, Fault.NONE, fault);
    put("first");
    store.refresh();
    put("second");
    store.refresh();
    put("third");
    store.commit(Map.of(PARTITION, 3L));
    assertThat(count()).isEqualTo(3 * DOCUMENTS);
    assertThat(refused).isEmpty();
    assertThat(store.committed()).containsEntry(PARTITION, 3L);
    assertThat(store.trouble()).isNull();
  }

  @Test
  void goesOnByItselfWhenTheCredentialsAreGoodAgainAndDropsNothing() {
    proxy.plan(Fault.UNAUTHORIZED, Fault.FORBIDDEN);
    put("one");
    store.refresh();
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(store.trouble()).contains("refuses", "Nothing is dropped"));
    assertThat(store.committed()).isEmpty();
    store.commit(Map.of(PARTITION, 1L));
    assertThat(count()).isEqualTo(DOCUMENTS);
    assertThat(refused).isEmpty();
    assertThat(meters.get("sluice.search.bulk.requests").tag("answer", "refused").counter().count())
        .isEqualTo(2);
  }

  @Test
  void aDocumentThatTheMappingRefusesCostsNoOther() {
    String index = namespace.name() + "-logs-otel-v1-1970.01.01";
    node.request(
        "PUT", "/" + index, "{\"mappings\":{\"properties\":{\"body\":{\"type\":\"long\"}}}}");
    for (int i = 0; i < 10; i++) {
      String body = i == 7 ? "secret-word" : Integer.toString(i);
      store.put(OpenSearchStoreContract.entry("0-" + i, body, Map.of()), new Refusals(refused));
    }
    store.commit(Map.of(PARTITION, 10L));
    assertThat(count()).isEqualTo(9);
    assertThat(refused)
        .singleElement()
        .asString()
        .contains("400 mapper_parsing_exception", "failed to parse field [body] of type [long]")
        .doesNotContain("secret");
  }

  @Test
  void waitsWhileAnIndexIsReadOnlyAndGoesOnByItself() {
    put("before");
    store.commit(Map.of(PARTITION, 1L));
    String settings = "/" + namespace.name() + "-logs-otel-v1-*/_settings";
    node.request("PUT", settings, "{\"index.blocks.read_only_allow_delete\":true}");
    put("meanwhile");
    store.refresh();
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(store.trouble()).contains("disk may be full"));
    node.request("PUT", settings, "{\"index.blocks.read_only_allow_delete\":null}");
    store.commit(Map.of(PARTITION, 2L));
    assertThat(count()).isEqualTo(2 * DOCUMENTS);
    assertThat(refused).isEmpty();
    assertThat(store.trouble()).isNull();
  }

  @Test
  void goesOnWhereItWasWhenTheNodeWasKilled() {
    put("before");
    store.commit(Map.of(PARTITION, 1L));
    node.kill();
    put("meanwhile");
    store.refresh();
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(store.trouble()).isNotNull());
    node.start();
    store.commit(Map.of(PARTITION, 2L));
    assertThat(count()).isEqualTo(2 * DOCUMENTS);
    assertThat(store.committed()).containsEntry(PARTITION, 2L);
  }

  private void put(String name) {
    for (int i = 0; i < DOCUMENTS; i++) {
      store.put(
          OpenSearchStoreContract.entry(name + "-" + i, name, Map.of("n", "v")),
          new Refusals(refused));
    }
  }

  private long count() {
    Nodes.refresh(node);
    return store.logCount();
  }
}
