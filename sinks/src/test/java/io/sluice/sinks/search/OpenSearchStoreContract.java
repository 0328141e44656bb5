package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.OpenSearchNode;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TraceBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The contract and the layout, on a real node. */
abstract class OpenSearchStoreContract extends SearchStoreContract {

  private final OpenSearchNode node;
  private final Namespace namespace = Nodes.namespace();

  OpenSearchStoreContract(OpenSearchNode.Version version) {
    node = Nodes.node(version);
  }

  @Override
  SearchStore open() {
    return open(50);
  }

  @Override
  SearchStore openSmall(long mostScanned) {
    SearchStore store =
        OpenSearchStore.open(
            Nodes.config(node.url()),
            Duration.ofDays(3),
            namespace,
            new SimpleMeterRegistry(),
            mostScanned);
    assertThat(store.committed()).isNotNull();
    return store;
  }

  private SearchStore open(int maxAttributeFields) {
    SearchStore store =
        OpenSearchStore.open(
            Nodes.config(node.url(), maxAttributeFields),
            Duration.ofDays(3),
            namespace,
            new SimpleMeterRegistry());
    assertThat(store.committed()).isNotNull(); // installs what is needed
    return store;
  }

  @Override
  void show(SearchStore store) {
    store.settle();
    Nodes.refresh(node);
  }

  @Test
  void keepsTenThousandAttributeNamesWithoutAFieldForEach() throws IOException {
    try (SearchStore few = open(20)) {
      for (int i = 0; i < 10_000; i += 100) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int j = i; j < i + 100; j++) {
          attributes.put("name." + j, "value-" + j);
        }
        few.put(entry("0-" + i, "line", attributes), DocumentSource.at(0));
      }
      show(few);
      assertThat(few.logCount()).isEqualTo(100);
      assertThat(few.logs(LogQuery.matching("name.3:value-3")).entries()).hasSize(1);
      LogPage late = few.logs(LogQuery.matching("name.9999:value-9999"));
      assertThat(late.entries()).hasSize(1);
      assertThat(late.entries().get(0).attributes()).containsEntry("name.9901", "value-9901");
      assertThat(few.logs(LogQuery.matching("name.9999:val*")).entries()).hasSize(1);
      assertThat(few.logs(LogQuery.matching("-name.9999:value-9999")).total()).isEqualTo(99);
    }
    assertThat(properties("log").size()).isEqualTo(20);
    try (SearchStore again = open(20)) {
      again.put(entry("1-1", "line", Map.of("another", "one")), DocumentSource.at(0));
      show(again);
      assertThat(again.logs(LogQuery.matching("another:one")).entries()).hasSize(1);
    }
    assertThat(properties("log").size()).isEqualTo(20);
  }

  private JsonNode properties(String object) throws IOException {
    String index = namespace.name() + "-logs-otel-v1-1970.01.01";
    return OpenSearchClient.JSON
        .readTree(node.request("GET", "/" + index + "/_mapping", "").body())
        .path(index)
        .at("/mappings/properties/" + object + "/properties/attributes/properties");
  }

  @Test
  void takesNamesThatCollideWithStructureAndWithEachOther() {
    Map<String, String> hard = new LinkedHashMap<>();
    List<String> names =
        List.of(
            "a",
            "a.b",
            "a.b.c",
            "a@b",
            ".",
            "..",
            "a..b",
            " ",
            "",
            "_id",
            "_source",
            "time",
            "log.attributes.a",
            "resource",
            "body",
            "*",
            "a*",
            "\u0000",
            "\ud800",
            "\"",
            "\\",
            "x".repeat(300),
            "y".repeat(70_000),
            "ü",
            "😀",
            "attributes",
            "sluice.time");
    names.forEach(name -> hard.put(name, "value of " + name.length()));
    hard.put("long", "v".repeat(200_000));
    LogEntry entry = entry("hard", "body", hard);
    try (SearchStore store = open(10)) {
      store.put(entry, DocumentSource.at(0));
      show(store);
      List<LogEntry> found = store.logs(LogQuery.all()).entries();
      assertThat(found).hasSize(1);
      Map<String, String> expected = new LinkedHashMap<>(hard);
      expected.put("\ufffd", expected.remove("\ud800")); // no text in UTF-8
      assertThat(found.get(0).attributes()).isEqualTo(expected);
      assertThat(store.logs(LogQuery.matching("a.b:\"value of 3\"")).entries()).hasSize(1);
    }
  }

  @Test
  void aNameOfAnIndexHoldsNothingThatASenderWrote() throws IOException {
    List<String> hostile = List.of("../x", "_all", "*", "A,b", "<x>", "-logs*");
    try (SearchStore store = open(10)) {
      List<LogEntry> entries = new ArrayList<>();
      for (String name : hostile) {
        entries.add(
            new LogEntry(name, 1, name, 9, name, name, name, name, Map.of(name, name), Map.of()));
      }
      entries.forEach(entry -> store.put(entry, DocumentSource.at(0)));
      show(store);
      assertThat(store.logCount()).isEqualTo(hostile.size());
      assertThat(store.services()).containsExactlyInAnyOrderElementsOf(hostile);
    }
    JsonNode indexes =
        OpenSearchClient.JSON.readTree(
            node.request("GET", "/_cat/indices/" + namespace.name() + "-*?format=json", "").body());
    assertThat(indexes)
        .extracting(index -> index.path("index").asText())
        .containsExactlyInAnyOrder(
            namespace.name() + "-logs-otel-v1-1970.01.01", namespace.name() + "-sluice-offsets");
  }

  @Test
  void leavesTheIndexesOfOtherProducersAlone() throws IOException {
    String base = namespace.name() + "-logs-otel-v1-";
    try (SearchStore store = open(10)) {
      node.request("PUT", "/" + base + "000002/_doc/1?refresh=true", "{\"body\":\"theirs\"}");
      store.put(entry("0-0-0", "ours", Map.of()), DocumentSource.at(0));
      show(store);
      assertThat(store.logs(LogQuery.all()).entries())
          .extracting(LogEntry::body)
          .containsExactly("ours");
      store.deleteBefore(System.currentTimeMillis() + Duration.ofDays(3).toMillis());
      assertThat(store.logs(LogQuery.all()).entries()).isEmpty();
    }
    JsonNode theirs =
        OpenSearchClient.JSON.readTree(node.request("GET", "/" + base + "000002", "").body());
    assertThat(theirs.path(base + "000002").at("/mappings/properties"))
        .as("without the template of Sluice")
        .hasSize(1);
  }

  @Test
  void writesTimesThatOpenSearchKnows() {
    try (SearchStore store = open(10)) {
      for (long time : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
        store.put(
            new LogEntry("t" + time, time, "s", 9, "", "b", "", "", Map.of(), Map.of()),
            DocumentSource.at(0));
      }
      show(store);
      assertThat(store.logs(LogQuery.all()).entries())
          .extracting(LogEntry::timeUnixNano)
          .containsExactly(Long.MAX_VALUE, 0L, -1L, Long.MIN_VALUE);
    }
  }

  @Test
  void writesSpansAndTheServiceMapForTraceAnalytics() throws IOException {
    byte[] otlp =
        TraceBuilder.trace(
                Telemetry.traceId(7),
                Telemetry.service("cart")
                    .span("call")
                    .kind(SpanKind.CLIENT)
                    .attribute("http.route", "/pay")
                    .attribute("retries", 3)
                    .event("exception", Map.of("exception.type", "java.io.IOException"))
                    .calls(Telemetry.service("payment").span("charge").kind(SpanKind.SERVER)))
            .toRequestBytes();
    Trace trace =
        Trace.newBuilder()
            .setTraceId(new TraceId(Telemetry.traceId(7)))
            .setVersion(1)
            .setRootService("cart")
            .setRootOperation("call")
            .setServices(List.of("cart", "payment"))
            .setStartTimeUnixNano(1)
            .setDurationNanos(5)
            .setError(false)
            .setSpanCount(2)
            .setCompleteness(Completeness.COMPLETE)
            .setCloseReason(CloseReason.COMPLETE)
            .setCloseDelayMillis(500)
            .setOtlp(ByteBuffer.wrap(otlp))
            .build();
    try (SearchStore store = open(20)) {
      store.put(trace);
      store.put(trace);
      show(store);
    }
    JsonNode spans = found("otel-v1-apm-span", "serviceName:cart");
    assertThat(spans.at("/total/value").asInt()).isEqualTo(1);
    JsonNode span = spans.at("/hits/0/_source");
    assertThat(span.path("span.attributes.http@route").asText()).isEqualTo("/pay");
    assertThat(span.path("span.attributes.retries").asInt()).isEqualTo(3);
    assertThat(span.path("traceGroup").asText()).isEqualTo("call");
    assertThat(span.path("kind").asText()).isEqualTo("SPAN_KIND_CLIENT");
    assertThat(span.path("events").path(0).path("name").asText()).isEqualTo("exception");
    assertThat(span.path("events").path(0).path("attributes").path("exception.type").asText())
        .isEqualTo("java.io.IOException");
    JsonNode client = found("otel-v1-apm-service-map", "_exists_:destination.domain");
    assertThat(client.at("/total/value").asInt()).isEqualTo(1);
    assertThat(client.at("/hits/0/_source/serviceName").asText()).isEqualTo("cart");
    assertThat(client.at("/hits/0/_source/destination/domain").asText()).isEqualTo("payment");
    JsonNode server = found("otel-v1-apm-service-map", "_exists_:target.domain");
    assertThat(server.at("/total/value").asInt()).isEqualTo(1);
    assertThat(server.at("/hits/0/_source/target/resource").asText()).isEqualTo("charge");
    assertThat(server.at("/hits/0/_source/traceGroupName").asText()).isEqualTo("call");
  }

  private JsonNode found(String base, String query) throws IOException {
    String path = "/" + namespace.name() + "-" + base + "-*/_search?q=" + query;
    return OpenSearchClient.JSON.readTree(node.request("GET", path, "").body()).path("hits");
  }

  static LogEntry entry(String id, String body, Map<String, String> attributes) {
    return new LogEntry(id, 1, "cart", 9, "", body, "", "", attributes, Map.of());
  }
}
