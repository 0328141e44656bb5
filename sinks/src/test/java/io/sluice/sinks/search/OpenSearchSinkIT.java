package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.sinks.search.FaultProxy.Fault;
import io.sluice.testkit.OpenSearchNode;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a broker to a node that fails: while it does the sink says so, and then all is there. */
@WithBroker
class OpenSearchSinkIT {

  private static final int RECORDS = 50;
  private static final int LOGS_OF_A_RECORD = 10;
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final OpenSearchNode node = Nodes.node(OpenSearchNode.Version.V2);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** Of all lines: so they are in one index, whatever day it becomes meanwhile. */
  private final Instant time = Instant.now();

  private int sent;

  @SuppressWarnings("NullAway.Init") // open comes first
  private TestBroker broker;

  @SuppressWarnings("NullAway.Init")
  private FaultProxy proxy;

  @SuppressWarnings("NullAway.Init")
  private SearchStore store;

  @SuppressWarnings("NullAway.Init")
  private SearchSink sink;

  @BeforeEach
  void open(TestBroker running) throws IOException {
    broker = running;
    broker.createTopics(2);
    proxy = new FaultProxy(node.url());
    start();
    produce();
    awaitAll();
  }

  private void start() {
    store =
        OpenSearchStore.open(
            Nodes.config(proxy.url()), Duration.ofDays(3), broker.connection().namespace(), meters);
    sink =
        new SearchSink(
            SearchSinkConfig.defaults(), broker.connection(), store, meters, Clock.systemUTC());
    sink.start();
  }

  @AfterEach
  void close() {
    sink.close();
    store.close();
    proxy.close();
  }

  @Test
  void takesUpWhereItWasWhenTheNodeStopsWhileRecordsFlow() {
    produce();
    node.kill();
    produce();
    awaitTrouble("OpenSearch");
    node.start();
    produce();
    awaitAll();
    sink.close();
    assertThat(store.committed().values().stream().mapToLong(offset -> offset).sum())
        .isEqualTo(sent / LOGS_OF_A_RECORD);
  }

  @Test
  void waitsWhileTheDiskIsFull() {
    readOnly("true");
    produce();
    awaitTrouble("disk may be full");
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              produce();
              return meters.get(StageMeters.LAG).gauge().value() > 0;
            });
    readOnly("null");
    awaitAll();
  }

  @Test
  void standsStillWhileItsCredentialsAreRefused() {
    proxy.plan(Fault.UNAUTHORIZED, Fault.FORBIDDEN);
    produce();
    awaitTrouble("refuses");
    produce();
    awaitAll();
    assertThat(proxy.left()).isZero();
    assertThat(meters.get("sluice.search.bulk.requests").tag("answer", "refused").counter().count())
        .isEqualTo(2);
  }

  private void produce() {
    for (int i = 0; i < RECORDS; i++) {
      byte[] logs =
          Telemetry.logs(
                  IntStream.range(0, LOGS_OF_A_RECORD)
                      .mapToObj(each -> Telemetry.service("cart").log("a line").at(time))
                      .toList())
              .toByteArray();
      broker.produce(Topics.LOGS, new byte[] {(byte) i}, logs);
      sent += LOGS_OF_A_RECORD;
    }
  }

  private void awaitTrouble(String words) {
    await()
        .atMost(LONGEST)
        .untilAsserted(
            () -> {
              assertThat(sink.health().ready()).isFalse();
              assertThat(store.trouble()).isNotNull().contains(words);
            });
  }

  private void awaitAll() {
    await()
        .atMost(LONGEST)
        .ignoreExceptionsInstanceOf(OpenSearchUnavailableException.class) // a shard that starts
        .untilAsserted(
            () -> {
              Nodes.refresh(node);
              assertThat(store.logCount()).isEqualTo(sent);
            });
    assertThat(broker.records(Topics.DEAD_LETTERS)).isEmpty();
    await().atMost(LONGEST).until(() -> sink.health().ready());
  }

  private void readOnly(String value) {
    node.request(
        "PUT",
        "/" + broker.connection().namespace().name() + "-logs-otel-v1-*/_settings",
        "{\"index.blocks.read_only_allow_delete\":" + value + "}");
  }
}
