package io.sluice.sinks.search;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.Service;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TraceBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenSearchStoreTest {

  private static final TopicPartition PARTITION = new TopicPartition("sluice.logs", 0);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @SuppressWarnings("NullAway.Init") // start comes first
  private FakeCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new FakeCluster();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private OpenSearchStore open() {
    return open(cluster.url());
  }

  private OpenSearchStore open(String url) {
    return open(Nodes.config(url));
  }

  private OpenSearchStore open(OpenSearchConfig config) {
    return OpenSearchStore.open(config, Duration.ofDays(3), new Namespace("n"), meters);
  }

  @Test
  void theClusterKeepsADayUntilItsLastDocumentsAreOldEnough() throws IOException {
    try (OpenSearchStore store = open()) {
      assertThat(store.committed()).isEmpty();
    }
    JsonNode policy =
        Objects.requireNonNull(cluster.put("/_plugins/_ism/policies/n-sluice-retention"));
    assertThat(policy.at("/policy/states/0/transitions/0/conditions/min_index_age").asText())
        .isEqualTo(Duration.ofDays(4).toSeconds() + "s");
  }

  @Test
  void asksAgainForAReplyThatIsLargerThanMost() {
    String name = "{\"aggregations\":{\"names\":{\"buckets\":[{\"key\":\"cart\"}]}}}";
    cluster.answersBulk(200, name + " ".repeat(3 << 20));
    cluster.answersBulk(200, name + " ".repeat(3 << 20));
    QueryMemory memory = new QueryMemory(64 << 20);
    try (OpenSearchStore store = open();
        QueryMemory.Share share = memory.share()) {
      assertThat(store.until(() -> false, share).services()).containsExactly("cart");
    }
    assertThat(memory.held()).isZero();
  }

  @Test
  void saysThatAReplyIsTooLarge() {
    cluster.answersBulk(200, "{}" + " ".repeat(33 << 20));
    try (OpenSearchStore store = open()) {
      assertThatThrownBy(store::services)
          .isInstanceOf(TooMuchToScanException.class)
          .hasMessageContaining("larger than 32 MiB")
          .hasMessageContaining("narrow from and to");
    }
  }

  @Test
  void asksHowManyThereAreBeforeItCountsThem() {
    cluster.answersBulk(200, "{\"hits\":{\"total\":{\"value\":5000001,\"relation\":\"gte\"}}}");
    try (OpenSearchStore store = open()) {
      assertThatThrownBy(() -> store.summary(LogQuery.all(), 10))
          .isInstanceOf(TooMuchToScanException.class)
          .hasMessageContaining("more than 5,000,000 lines");
    }
    assertThat(cluster.bulks()).contains("\"track_total_hits\":5000001").doesNotContain("aggs");
  }

  @Test
  void givesNoAnswerThatLacksAShard() {
    cluster.answersSearch(
        "{\"_shards\":{\"total\":4,\"successful\":3,\"failed\":1,\"failures\":[{\"reason\":"
            + "{\"type\":\"circuit_breaking_exception\",\"reason\":\"Data too large\"}}]}}");
    cluster.answersSearch("{\"_shards\":{\"total\":4,\"successful\":2,\"failed\":0}}");
    cluster.answersSearch(
        "{\"_shards\":{\"total\":4,\"successful\":4,\"skipped\":3,\"failed\":0}}");
    cluster.has(
        "/n-logs-otel-v1-1*.*.*,n-logs-otel-v1-2*.*.*/_count",
        "{\"count\":5,\"_shards\":{\"total\":2,\"successful\":1,\"failed\":1}}");
    try (OpenSearchStore store = open()) {
      assertThatThrownBy(store::services)
          .isInstanceOf(OpenSearchUnavailableException.class)
          .hasMessage("OpenSearch: 1 of 4 shards did not answer: Data too large");
      assertThatThrownBy(store::services)
          .isInstanceOf(OpenSearchUnavailableException.class)
          .hasMessage("OpenSearch: 2 of 4 shards did not answer");
      assertThat(store.services()).isEmpty();
      assertThatThrownBy(store::logCount).isInstanceOf(OpenSearchUnavailableException.class);
    }
  }

  @Test
  void aRecordOfATraceThatIsThereOnTwoDaysIsOneVersion() throws IOException {
    Trace trace = trace(Telemetry.service("cart").span("call"));
    try (OpenSearchStore store = open()) {
      store.put(trace, DocumentSource.at(0));
      store.commit(Map.of(PARTITION, 1L));
      String record =
          OpenSearchClient.JSON
              .readTree(cluster.bulks().split("\n", -1)[3])
              .path("record")
              .asText();
      String hit = "{\"_source\":{\"record\":\"" + record + "\"},\"sort\":[\"the same\"]}";
      cluster.answersSearch(
          "{\"hits\":{\"total\":{\"value\":2},\"hits\":[" + hit + "," + hit + "]}}");

      StoredTrace found = store.trace("0".repeat(32)).orElseThrow();

      assertThat(found.versions()).containsExactly(trace);
      assertThat(found.summary().versionCount()).isEqualTo(1);
    }
  }

  @Test
  void searchesKeepNoConnectionFromWritingAndEndWhenNobodyWaits() throws Exception {
    int readers = 40;
    AtomicBoolean gone = new AtomicBoolean();
    QueryMemory memory = new QueryMemory(4L << 30);
    ExecutorService reading = Executors.newFixedThreadPool(readers);
    try (FaultProxy proxy = new FaultProxy(cluster.url());
        OpenSearchStore store = open(proxy.url())) {
      assertThat(store.services()).isEmpty(); // over connections that were used before, too
      proxy.stallSearches(true);
      List<Future<?>> queries = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        queries.add(
            reading.submit(
                () -> {
                  try (QueryMemory.Share share = memory.share()) {
                    store.until(gone::get, share).services();
                  }
                }));
      }
      await().until(() -> proxy.stalled() >= 16); // as many as a console asks at once

      store.put(OpenSearchStoreContract.entry("0-0", "body", Map.of()), DocumentSource.at(0));
      store.commit(Map.of(PARTITION, 1L));

      gone.set(true);
      for (Future<?> query : queries) {
        assertThatThrownBy(query::get).hasCauseInstanceOf(QueryStoppedException.class);
      }
      await().until(() -> proxy.stalled() == 0);
      proxy.stallSearches(false);
      assertThat(store.services()).isEmpty();
    } finally {
      gone.set(true);
      reading.shutdown();
    }
  }

  @Test
  void indexesThatWereThereBeforeThePolicyGetIt() throws IOException {
    try (OpenSearchStore store = open()) {
      assertThat(store.committed()).isEmpty();
    }
    String kinds =
        Stream.of(
                "logs-otel-v1",
                "otel-v1-apm-span",
                "otel-v1-apm-service-map",
                "sluice-traces",
                "sluice-redactions")
            .map(kind -> "n-" + kind + "-1*.*.*,n-" + kind + "-2*.*.*")
            .collect(Collectors.joining(","));
    JsonNode added = Objects.requireNonNull(cluster.put("/_plugins/_ism/add/" + kinds));
    assertThat(added.path("policy_id").asText()).isEqualTo("n-sluice-retention");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void takesAnAnswerOfAClusterThatIsBusyForNoMissingPlugin(int status) {
    cluster.has(status, "/_plugins/_ism/policies/n-sluice-retention", "{}");
    try (OpenSearchStore store = open()) {
      assertThatThrownBy(store::committed)
          .isInstanceOf(OpenSearchUnavailableException.class)
          .hasMessageContaining("OpenSearch answered " + status);
    }
  }

  @Test
  void storesWithoutTheRightToSeeThePolicy() throws IOException {
    String path = "/_plugins/_ism/policies/n-sluice-retention";
    cluster.has(
        403, path, "{\"error\":{\"type\":\"security_exception\",\"reason\":\"no rights\"}}");
    try (OpenSearchStore store = open()) {
      assertThat(store.committed()).isEmpty();
    }
    assertThat(cluster.put(path)).isNull();
  }

  @Test
  void claimsNoIndexOfAnotherProducer() throws IOException {
    try (OpenSearchStore store = open()) {
      assertThat(store.committed()).isEmpty();
    }
    JsonNode policy =
        Objects.requireNonNull(cluster.put("/_plugins/_ism/policies/n-sluice-retention"));
    JsonNode template =
        Objects.requireNonNull(cluster.put("/_index_template/n-otel-v1-apm-span-sluice"));
    for (JsonNode patterns :
        List.of(
            policy.at("/policy/ism_template/0/index_patterns"), template.at("/index_patterns"))) {
      assertThat(matches(patterns, "n-otel-v1-apm-span-1970.01.01")).isTrue();
      assertThat(matches(patterns, "n-otel-v1-apm-span-2026.11.27")).isTrue();
      assertThat(matches(patterns, "n-otel-v1-apm-span-000002")).isFalse();
      assertThat(matches(patterns, "n-otel-v1-apm-span-2026.11-000002")).isFalse();
      assertThat(matches(patterns, "n-otel-v1-apm-span-default-1.2.3")).isFalse();
    }
  }

  private static boolean matches(JsonNode patterns, String index) {
    for (JsonNode pattern : patterns) {
      if (index.matches(pattern.asText().replace(".", "\\.").replace("*", ".*"))) {
        return true;
      }
    }
    return false;
  }

  @Test
  void takesBackAPolicyThatClaimsTheIndexesOfOthers() throws IOException {
    String path = "/_plugins/_ism/policies/n-sluice-retention";
    try (OpenSearchStore store = open()) {
      assertThat(store.committed()).isEmpty();
    }
    JsonNode wanted = Objects.requireNonNull(cluster.put(path)).path("policy");
    ObjectNode wide = wanted.deepCopy();
    ((ObjectNode) wide.at("/ism_template/0")).putArray("index_patterns").add("n-logs-otel-v1-*");
    cluster.has(path, "{\"_seq_no\":5,\"_primary_term\":1,\"policy\":" + wide + "}");
    cluster.forgetPuts();
    try (OpenSearchStore store = open()) {
      assertThat(store.committed()).isEmpty();
    }
    assertThat(Objects.requireNonNull(cluster.put(path)).path("policy")).isEqualTo(wanted);

    cluster.has(path, "{\"_seq_no\":6,\"_primary_term\":1,\"policy\":" + wanted + "}");
    cluster.forgetPuts();
    try (OpenSearchStore store = open()) {
      assertThat(store.committed()).isEmpty();
    }
    assertThat(cluster.put(path)).as("as it is to be").isNull();
  }

  @Test
  void countsAServerWhoseTlsIsNotTrustedAsARefusal() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        OpenSearchStore store = open("https://127.0.0.1:" + other.getLocalPort())) {
      Thread answering = new Thread(() -> answerWithoutTls(other), "no-tls");
      answering.start();
      assertThatThrownBy(store::committed)
          .isInstanceOf(OpenSearchUnavailableException.class)
          .hasMessageContaining("OpenSearch refuses: TLS");
    }
    assertThat(meters.get("sluice.search.bulk.requests").tag("answer", "refused").counter().count())
        .isEqualTo(1);
  }

  private static void answerWithoutTls(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the client hung up
    }
  }

  @Test
  void takesDocumentsAgainAfterAnAnswerThatNobodyUnderstands() throws IOException {
    cluster.answersBulk(200, "{\"errors\":true,\"items\":[{}]}");
    try (OpenSearchStore store = open()) {
      LogEntry entry = OpenSearchStoreContract.entry("0-0-0", "body", Map.of());
      store.put(entry, DocumentSource.at(0));
      assertThatThrownBy(() -> store.commit(Map.of(PARTITION, 1L)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(cluster.put("/n-sluice-offsets/_doc/search-sink")).isNull();
      store.put(entry, DocumentSource.at(0));
      store.commit(Map.of(PARTITION, 1L));
      assertThat(cluster.put("/n-sluice-offsets/_doc/search-sink")).isNotNull();
    }
  }

  @Test
  void givesNoMoreFieldsThanAnIndexTakesThatWasMadeWhenThereWereFewer() {
    cluster.has(
        "/n-logs-otel-v1-1970.01.01",
        "{\"n-logs-otel-v1-1970.01.01\":{\"mappings\":{\"properties\":{}},\"settings\":{\"index\":"
            + "{\"mapping\":{\"total_fields\":{\"limit\":\"210\"}}}}}}");
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int i = 0; i < 30; i++) {
      attributes.put("key" + i, "value");
    }
    try (OpenSearchStore store = open()) {
      store.put(OpenSearchStoreContract.entry("0-0-0", "body", attributes), DocumentSource.at(0));
      store.commit(Map.of(PARTITION, 1L));
    }
    assertThat(cluster.bulks())
        .contains("\"log.attributes.key9\"", "\"log.overflow\":{\"key10\"")
        .doesNotContain("\"log.attributes.key10\"");
  }

  @Test
  void sendsEachDocumentOnceOverManyRequests() throws IOException {
    int lines = 4_000;
    try (OpenSearchStore store = open()) {
      for (int i = 0; i < lines; i++) {
        String body = i + "x".repeat(1_000 + i % 700);
        store.put(OpenSearchStoreContract.entry("0-" + i, body, Map.of()), DocumentSource.at(0));
      }
      store.commit(Map.of(PARTITION, 1L));
    }
    String[] sent = cluster.bulks().split("\n", -1);
    assertThat(sent).hasSize(2 * lines + 1);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < lines; i++) {
      String id = OpenSearchClient.JSON.readTree(sent[2 * i]).at("/index/_id").asText();
      JsonNode document = OpenSearchClient.JSON.readTree(sent[2 * i + 1]);
      assertThat(document.at("/sluice/id").asText()).isEqualTo(id);
      assertThat(document.path("body").asText()).startsWith(id.substring(2) + "x");
      ids.add(id);
    }
    assertThat(ids).hasSize(lines);
  }

  @Test
  void sendsNoEmptyRequestWhenItIsRefreshedWhileAPutWaits() throws Exception {
    int lines = 50;
    String body = "x".repeat(BulkPace.MAX_BYTES); // each fills a request
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService refreshing = Executors.newSingleThreadExecutor();
    try (OpenSearchStore store = open(Nodes.oneAtATime(cluster.url()))) {
      Future<?> refreshed =
          refreshing.submit(
              () -> {
                while (!done.get()) {
                  store.refresh();
                }
              });
      for (int i = 0; i < lines; i++) {
        store.put(OpenSearchStoreContract.entry("0-" + i, body, Map.of()), DocumentSource.at(0));
      }
      store.settle();
      done.set(true);
      refreshed.get();
    } finally {
      done.set(true);
      refreshing.shutdown();
    }
    assertThat(cluster.bulks().split("\n", -1)).hasSize(2 * lines + 1);
    assertThat(
            meters.get("sluice.search.bulk.requests").tag("answer", "rejected").counter().count())
        .isZero();
  }

  @Test
  void ofAnAttributeThatIsThereTwiceTheFirstHolds() throws IOException {
    Trace trace =
        trace(
            Telemetry.service("cart")
                .span("call")
                .attribute("own", "first")
                .attribute("in@rest", "first")
                .with(
                    span ->
                        List.copyOf(span.getAttributesList())
                            .forEach(
                                each ->
                                    span.addAttributes(
                                        each.toBuilder()
                                            .setValue(
                                                AnyValue.newBuilder().setStringValue("second"))))));
    try (OpenSearchStore store = open()) {
      store.put(trace, DocumentSource.at(0));
      store.put(trace, DocumentSource.at(0));
      store.commit(Map.of(PARTITION, 1L));
    }
    for (int line : new int[] {1, 5}) { // each time the span, then its trace
      JsonNode span = OpenSearchClient.JSON.readTree(cluster.bulks().split("\n", -1)[line]);
      assertThat(span.path("span.attributes.own").asText()).isEqualTo("first");
      assertThat(span.at("/span.overflow/in@rest").asText()).isEqualTo("first");
    }
    assertThat(cluster.bulks().split("span.attributes.own", -1)).hasSize(3);
  }

  @Test
  void keepsOfALargeResourceWhatThereIsRoomForInAllSpans() throws IOException {
    SpanBuilder[] calls = new SpanBuilder[100];
    Service large =
        Telemetry.service("cart")
            .with("process.command_line", "x".repeat(1 << 20))
            .with("host.name", "h1");
    for (int i = 0; i < calls.length; i++) {
      calls[i] = large.span("call " + i);
    }
    Trace trace =
        Trace.newBuilder(trace(Telemetry.service("shop").span("root").calls(calls)))
            .setRootOperation("r".repeat(1 << 20))
            .build();
    try (OpenSearchStore store = open()) {
      store.put(trace, DocumentSource.at(0));
      store.commit(Map.of(PARTITION, 1L));
    }
    String[] lines = cluster.bulks().split("\n", -1);
    long bytes = 0;
    for (int line = 1; line < 2 * 101; line += 2) {
      JsonNode span = OpenSearchClient.JSON.readTree(lines[line]);
      boolean whole = span.path("serviceName").asText().equals("shop");
      assertThat(span.path("resource.attributes.sluice@resource@attributes_left_out").asText())
          .isEqualTo(whole ? "" : "1");
      assertThat(span.path("resource.attributes.host@name").asText()).isEqualTo(whole ? "" : "h1");
      assertThat(span.at("/instrumentationScope/name").asText()).isEqualTo("io.sluice.testkit");
      bytes += lines[line].length();
    }
    assertThat(bytes).isLessThan(65L << 20); // the name of the trace's group alone
    assertThat(meters.get("sluice.search.shortened").counter().count()).isEqualTo(100);
  }

  private static Trace trace(SpanBuilder root) {
    return Trace.newBuilder()
        .setTraceId(new TraceId(Telemetry.traceId(7)))
        .setVersion(1)
        .setServices(List.of("cart", "payment"))
        .setStartTimeUnixNano(1)
        .setDurationNanos(5)
        .setError(false)
        .setSpanCount(1)
        .setCompleteness(Completeness.COMPLETE)
        .setCloseReason(CloseReason.COMPLETE)
        .setCloseDelayMillis(500)
        .setOtlp(ByteBuffer.wrap(TraceBuilder.trace(Telemetry.traceId(7), root).toRequestBytes()))
        .build();
  }

  @Test
  void notesCallsBetweenServicesAgainWhenTheyMayNotHaveArrived() throws IOException {
    cluster.answersBulk(200, "{\"errors\":true,\"items\":[{},{},{},{},{}]}");
    Trace trace =
        trace(
            Telemetry.service("cart")
                .span("call")
                .kind(SpanKind.CLIENT)
                .calls(Telemetry.service("payment").span("charge").kind(SpanKind.SERVER)));
    try (OpenSearchStore store = open()) {
      store.put(trace, DocumentSource.at(0));
      assertThatThrownBy(() -> store.commit(Map.of(PARTITION, 1L)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(store.committed()).isEmpty();
      store.put(trace, DocumentSource.at(0));
      store.commit(Map.of(PARTITION, 1L));
    }
    assertThat(cluster.bulks().split("-client\"", -1)).hasSize(3);
  }

  @Test
  void doesNotBlameTheCredentialsForAClusterThatTakesNoWrites() {
    cluster.has(
        403,
        "/_index_template/n-logs-otel-v1-sluice",
        "{\"error\":{\"type\":\"cluster_block_exception\",\"reason\":\"blocked\"}}");
    try (OpenSearchStore store = open()) {
      assertThatThrownBy(store::committed)
          .isInstanceOf(OpenSearchUnavailableException.class)
          .hasMessageContaining("cluster_block_exception")
          .hasMessageNotContaining("refuses");
    }
    assertThat(meters.get("sluice.search.bulk.requests").tag("answer", "refused").counter().count())
        .isEqualTo(0);
  }

  @Test
  void sendsAgainWhatAProxyCallsABadRequest() throws IOException {
    cluster.answersBulk(400, "<html>The plain HTTP request was sent to HTTPS port</html>");
    try (OpenSearchStore store = open()) {
      // A document that is refused would be an exception.
      store.put(OpenSearchStoreContract.entry("0-0-0", "body", Map.of()), DocumentSource.at(0));
      store.commit(Map.of(PARTITION, 1L));
    }
    assertThat(cluster.put("/n-sluice-offsets/_doc/search-sink")).isNotNull();
    assertThat(meters.get("sluice.search.bulk.requests").tag("answer", "busy").counter().count())
        .isEqualTo(1);
  }

  @Test
  void waitsAndSaysWhyWhileASettingOfTheClusterForbidsBulkRequests() throws IOException {
    String why = "explicit index in bulk is not allowed";
    for (int i = 0; i < 6; i++) {
      cluster.answersBulk(400, error("illegal_argument_exception", why));
    }
    try (OpenSearchStore store = open()) {
      // A document that is refused would be an exception.
      store.put(OpenSearchStoreContract.entry("0-0-0", "body", Map.of()), DocumentSource.at(0));
      store.refresh();
      await()
          .pollInterval(Duration.ofMillis(10))
          .untilAsserted(() -> assertThat(store.trouble()).isNotNull().contains(why));
      store.commit(Map.of(PARTITION, 1L));
      assertThat(store.trouble()).isNull();
    }
    assertThat(cluster.put("/n-sluice-offsets/_doc/search-sink")).isNotNull();
    assertThat(meters.get("sluice.search.bulk.requests").tag("answer", "busy").counter().count())
        .isEqualTo(6);
  }

  @Test
  void aDocumentForWhichAWholeRequestIsRefusedIsRefusedAloneWithTheReason() {
    String no =
        error(
            "mapper_parsing_exception",
            "failed to parse field [body] of type [long] in document with value 'secret'");
    cluster.answersBulk(400, no); // both
    cluster.answersBulk(400, no); // the first
    Queue<String> refused = new ConcurrentLinkedQueue<>();
    try (OpenSearchStore store = open()) {
      store.put(OpenSearchStoreContract.entry("0-0", "first", Map.of()), new Refusals(refused));
      store.put(OpenSearchStoreContract.entry("0-1", "second", Map.of()), new Refusals(refused));
      store.commit(Map.of(PARTITION, 1L));
    }
    assertThat(refused)
        .containsExactly(
            "OpenSearch answered 400 mapper_parsing_exception:"
                + " failed to parse field [body] of type [long]");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void dividesARequestThatIsTooMuchEachTime(int status) throws IOException {
    cluster.answersBulk(status, "{}");
    cluster.answersBulk(status, "{}");
    try (OpenSearchStore store = open()) {
      for (int i = 0; i < 4; i++) {
        LogEntry entry = OpenSearchStoreContract.entry("0-" + i, "x".repeat(80 << 10), Map.of());
        store.put(entry, DocumentSource.at(0));
      }
      store.commit(Map.of(PARTITION, 1L));
    }
    assertThat(cluster.requests())
        .extracting(request -> request.split("\n", -1).length / 2)
        .containsExactly(4, 4, 2, 2);
    assertThat(meters.get("sluice.search.bulk.size").gauge().value()).isLessThan(1 << 20);
  }

  @Test
  void aRequestThatWasLostOnceIsSentAgainAsItWas() throws IOException {
    cluster.answersBulk(503, "{}");
    try (OpenSearchStore store = open()) {
      for (int i = 0; i < 4; i++) {
        LogEntry entry = OpenSearchStoreContract.entry("0-" + i, "x".repeat(80 << 10), Map.of());
        store.put(entry, DocumentSource.at(0));
      }
      store.commit(Map.of(PARTITION, 1L));
    }
    assertThat(cluster.requests()).hasSize(2).containsOnly(cluster.requests().get(0));
    assertThat(meters.get("sluice.search.bulk.size").gauge().value()).isEqualTo(1 << 20);
  }

  private static String error(String type, String reason) {
    return "{\"error\":{\"type\":\"" + type + "\",\"reason\":\"" + reason + "\"}}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pipeline with id [missing] does not exist",
        "number of documents in the index cannot exceed 2147483519",
        "only write ops with an op_type of create are allowed in data streams",
        "no write index is defined for alias [n-logs-otel-v1-1970.01.01]. The write index may be",
        "unknown setting [index.nobody] please check that any required plugins are installed"
      })
  void sendsAgainWhatAnIndexCannotTake(String reason) throws IOException {
    sendsAgain("illegal_argument_exception", reason);
  }

  @Test
  void sendsAgainWhatTheTemplateOfAnIndexForbids() throws IOException {
    sendsAgain(
        "mapper_parsing_exception", "Failed to parse mapping [_doc]: No handler for type [x]");
  }

  private void sendsAgain(String type, String reason) throws IOException {
    cluster.answersBulk(
        200,
        "{\"errors\":true,\"items\":[{\"index\":{\"status\":400,\"error\":{\"type\":\""
            + type
            + "\",\"reason\":\""
            + reason
            + "\"}}}]}");
    try (OpenSearchStore store = open()) {
      // A document that is refused would be an exception.
      store.put(OpenSearchStoreContract.entry("0-0-0", "body", Map.of()), DocumentSource.at(0));
      store.commit(Map.of(PARTITION, 1L));
    }
    assertThat(meters.get("sluice.search.bulk.requests").tag("answer", "busy").counter().count())
        .isEqualTo(1);
  }

  @Test
  void saysWhoAsksWithEveryRequest(@TempDir Path directory) throws IOException {
    Path password = Files.writeString(directory.resolve("password"), "first\n");
    try (OpenSearchStore store = open(Nodes.as("sluice", password, cluster.url()))) {
      store.put(OpenSearchStoreContract.entry("0-0", "body", Map.of()), DocumentSource.at(0));
      store.commit(Map.of(PARTITION, 1L));
      assertThat(store.services()).isEmpty();
      assertThat(cluster.authorizations()).isNotEmpty().containsOnly(basic("sluice:first"));
      Files.writeString(password, "second\n");
      assertThat(store.services()).isEmpty();
    }
    assertThat(cluster.authorizations()).last().isEqualTo(basic("sluice:second"));
  }

  private static String basic(String credentials) {
    return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(US_ASCII));
  }

  @Test
  void countsAPasswordThatCannotBeReadAsARefusal(@TempDir Path directory) {
    Path file = directory.resolve("no-password");
    try (OpenSearchStore store = open(Nodes.as("sluice", file, cluster.url()))) {
      assertThatThrownBy(store::committed)
          .isInstanceOf(OpenSearchUnavailableException.class)
          .hasMessageContaining("cannot read the credentials")
          .hasMessageContaining(file.toString());
    }
    assertThat(meters.get("sluice.search.bulk.requests").tag("answer", "refused").counter().count())
        .isEqualTo(1);
  }
}
