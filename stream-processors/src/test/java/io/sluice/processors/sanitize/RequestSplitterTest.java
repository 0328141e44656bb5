package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.processors.sanitize.RequestSplitter.Part;
import io.sluice.processors.sanitize.RequestSplitter.Refused;
import io.sluice.processors.sanitize.RequestSplitter.Split;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Signal;
import io.sluice.schemas.TracePartition;
import io.sluice.testkit.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RequestSplitterTest {

  private static final int MANY = 1 << 20;

  /** A span with all that stands around it. */
  private record Placed(
      ByteString resource, String resourceSchema, InstrumentationScope scope, Span span) {}

  @Test
  void passesARequestOfOneResourceAsTheSameArray() {
    byte[] request = Telemetry.logs(service("a").log("1"), service("a").log("2")).toByteArray();

    Split split = new RequestSplitter(Signal.LOGS, 8, MANY).split(request);

    assertThat(split.refused()).isEmpty();
    assertThat(split.parts()).hasSize(1);
    assertThat(split.parts().get(0).value()).isSameAs(request);
    assertThat(split.parts().get(0).service()).isEqualTo("a");
    assertThat(split.parts().get(0).key()).hasSize(8);
  }

  @Test
  void passesSpansOfOnePartitionAsTheSameArray() {
    byte[] request =
        Telemetry.spans(
                service("a").span("1").trace(traceId(7)), service("a").span("2").trace(traceId(7)))
            .toByteArray();

    Split split = new RequestSplitter(Signal.SPANS, 8, MANY).split(request);

    assertThat(split.parts()).hasSize(1);
    assertThat(split.parts().get(0).value()).isSameAs(request);
    assertThat(split.parts().get(0).key()).isEqualTo(traceId(7));
  }

  @Test
  void givesMetricsOfAProducerTheSameKeyWhateverElseIsSaidOfIt() {
    List<KeyValue> instance = List.of(attribute("service.instance.id", "1"));
    List<KeyValue> process = List.of(attribute("host.name", "h"), attribute("process.pid", "7"));
    KeyValue more = attribute("team", "shop");

    assertThat(metricsKey(instance, more)).isEqualTo(metricsKey(instance));
    assertThat(metricsKey(process, more)).isEqualTo(metricsKey(process));
    assertThat(metricsKey(process)).isNotEqualTo(metricsKey(instance));
    assertThat(metricsKey(List.of(), more))
        .as("without either, any attribute may be what tells them apart")
        .isNotEqualTo(metricsKey(List.of()));
  }

  private static byte[] metricsKey(List<KeyValue> resource, KeyValue... more) {
    byte[] request =
        ExportMetricsServiceRequest.newBuilder()
            .addResourceMetrics(
                ResourceMetrics.newBuilder()
                    .setResource(
                        Resource.newBuilder()
                            .addAttributes(attribute("service.name", "a"))
                            .addAllAttributes(resource)
                            .addAllAttributes(List.of(more)))
                    .addScopeMetrics(
                        ScopeMetrics.newBuilder().addMetrics(Metric.newBuilder().setName("m"))))
            .build()
            .toByteArray();
    return new RequestSplitter(Signal.METRICS, 8, MANY).split(request).parts().get(0).key();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  @Test
  void givesEachResourceARecordWithAKeyOfItsOwn() throws Exception {
    byte[] request =
        Telemetry.logs(service("a").log("1"), service("b").log("2"), service("a").log("3"))
            .toByteArray();

    List<Part> parts = new RequestSplitter(Signal.LOGS, 8, MANY).split(request).parts();

    assertThat(parts).extracting(Part::service).containsExactly("a", "b");
    assertThat(parts.get(0).key()).isNotEqualTo(parts.get(1).key());
    assertThat(ExportLogsServiceRequest.parseFrom(parts.get(0).value()))
        .isEqualTo(Telemetry.logs(service("a").log("1"), service("a").log("3")));
    byte[] alone = service("a").log("other").toRequestBytes();
    assertThat(new RequestSplitter(Signal.LOGS, 8, MANY).split(alone).parts().get(0).key())
        .isEqualTo(parts.get(0).key());
  }

  @Property(tries = 200)
  void keepsEverySpanOnceWithItsResourceAndScope(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 1, max = 40) Integer> traces,
      @ForAll @IntRange(min = 1, max = 6) int partitions,
      @ForAll @IntRange(min = 400, max = 4000) int maxBytes)
      throws Exception {
    ExportTraceServiceRequest request = spread(traces);

    Split split =
        new RequestSplitter(Signal.SPANS, partitions, maxBytes).split(request.toByteArray());

    assertThat(split.refused()).isEmpty();
    List<Placed> found = new ArrayList<>();
    for (Part part : split.parts()) {
      assertThat(part.value().length).isLessThanOrEqualTo(maxBytes);
      ExportTraceServiceRequest parsed = ExportTraceServiceRequest.parseFrom(part.value());
      assertThat(parsed.getResourceSpansList()).hasSize(1);
      List<Placed> placed = placed(parsed);
      assertThat(part.key()).isEqualTo(placed.get(0).span().getTraceId().toByteArray());
      assertThat(placed)
          .allMatch(one -> partition(one, partitions) == TracePartition.of(part.key(), partitions));
      found.addAll(placed);
    }
    List<Placed> sent = placed(request);
    assertThat(found).containsExactlyInAnyOrderElementsOf(sent);
    for (int partition = 0; partition < partitions; partition++) {
      int wanted = partition;
      assertThat(found.stream().filter(one -> partition(one, partitions) == wanted))
          .containsExactlyElementsOf(
              sent.stream().filter(one -> partition(one, partitions) == wanted).toList());
    }
  }

  @Test
  void refusesSpansOfNoTraceAndKeepsTheOthers() throws Exception {
    byte[] request =
        Telemetry.spans(
                service("a")
                    .span("zero")
                    .with(span -> span.setTraceId(ByteString.copyFrom(new byte[16]))),
                service("a").span("good").trace(traceId(1)),
                service("a")
                    .span("short")
                    .with(span -> span.setTraceId(ByteString.copyFromUtf8("12345678"))),
                service("a").span("none").with(span -> span.clearTraceId()))
            .toByteArray();

    Split split = new RequestSplitter(Signal.SPANS, 4, MANY).split(request);

    assertThat(split.parts()).hasSize(1);
    assertThat(names(split.parts().get(0).value())).containsExactly("good");
    assertThat(split.parts().get(0).key()).isEqualTo(traceId(1));
    assertThat(split.refused()).hasSize(1);
    Refused refused = split.refused().get(0);
    assertThat(refused.reason()).isEqualTo(Reason.INVALID);
    assertThat(names(refused.value())).containsExactly("zero", "short", "none");
  }

  @Test
  void refusesARecordThatIsTooLargeAloneAndKeepsTheOthers() throws Exception {
    byte[] request =
        Telemetry.logs(
                service("a").log("small"),
                service("a").log("x".repeat(5000)),
                service("a").log("last"))
            .toByteArray();

    Split split = new RequestSplitter(Signal.LOGS, 1, 1024).split(request);

    assertThat(split.parts()).hasSize(2);
    assertThat(split.refused()).hasSize(1);
    assertThat(split.refused().get(0).reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(ExportLogsServiceRequest.parseFrom(split.refused().get(0).value()))
        .isEqualTo(Telemetry.logs(service("a").log("x".repeat(5000))));
  }

  @Test
  void refusesRecordsAsOneWhenTheirResourceAloneIsTooLarge() throws Exception {
    ExportLogsServiceRequest request = underResource(2000, 5000);

    Split split = new RequestSplitter(Signal.LOGS, 1, 4096).split(request.toByteArray());

    assertThat(split.parts()).isEmpty();
    assertThat(split.refused()).hasSize(1);
    assertThat(split.refused().get(0).reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(ExportLogsServiceRequest.parseFrom(split.refused().get(0).value()))
        .isEqualTo(request);
  }

  @Test
  void refusesRecordsAsOneWhenCopiesOfTheirResourceTakeTooMuch() throws Exception {
    int room = 60;
    ExportLogsServiceRequest request = underResource(2000, MANY - room);

    Split split = new RequestSplitter(Signal.LOGS, 1, MANY).split(request.toByteArray());

    assertThat(split.parts()).isEmpty();
    assertThat(split.refused()).hasSize(1);
    assertThat(ExportLogsServiceRequest.parseFrom(split.refused().get(0).value()))
        .isEqualTo(request);
  }

  @Test
  void sendsNothingForRequestsWithoutRecords() {
    RequestSplitter splitter = new RequestSplitter(Signal.SPANS, 4, MANY);
    assertThat(splitter.split(new byte[0]).parts()).isEmpty();
    byte[] empty =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(ResourceSpans.getDefaultInstance())
            .build()
            .toByteArray();
    assertThat(splitter.split(empty).parts()).isEmpty();
    assertThat(splitter.split(empty).refused()).isEmpty();
  }

  /** Small logs under a resource whose message has this size. */
  private static ExportLogsServiceRequest underResource(int records, int size) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    ResourceLogs.Builder group = request.addResourceLogsBuilder();
    group.getResourceBuilder().addAttributesBuilder().setKey("k".repeat(size - 20));
    ScopeLogs.Builder scope = group.addScopeLogsBuilder();
    for (int i = 0; i < records; i++) {
      scope.addLogRecordsBuilder().setSeverityText("INFO");
    }
    return request.build();
  }

  /** Spans over three resources with two scopes each. */
  private static ExportTraceServiceRequest spread(List<Integer> traces) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (int r = 0; r < 3; r++) {
      ResourceSpans.Builder group = ResourceSpans.newBuilder().setSchemaUrl("schema-" + r);
      group.getResourceBuilder().addAttributesBuilder().setKey("service.name");
      group.getResourceBuilder().setDroppedAttributesCount(r + 1);
      for (int s = 0; s < 2; s++) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder().setSchemaUrl("scope-schema-" + s);
        scope.getScopeBuilder().setName("scope-" + s);
        int from = r * 2 + s;
        IntStream.iterate(from, i -> i < traces.size(), i -> i + 6)
            .mapToObj(
                i ->
                    Span.newBuilder()
                        .setName("span-" + i)
                        .setTraceId(ByteString.copyFrom(traceId(traces.get(i)))))
            .forEach(scope::addSpans);
        group.addScopeSpans(scope);
      }
      request.addResourceSpans(group);
    }
    return request.build();
  }

  private static List<Placed> placed(ExportTraceServiceRequest request) {
    List<Placed> placed = new ArrayList<>();
    for (ResourceSpans group : request.getResourceSpansList()) {
      for (ScopeSpans scope : group.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          placed.add(
              new Placed(
                  group.getResource().toByteString(),
                  group.getSchemaUrl() + "/" + scope.getSchemaUrl(),
                  scope.getScope(),
                  span));
        }
      }
    }
    return placed;
  }

  private static int partition(Placed placed, int partitions) {
    return TracePartition.of(placed.span().getTraceId().toByteArray(), partitions);
  }

  private static List<String> names(byte[] request) throws Exception {
    return placed(ExportTraceServiceRequest.parseFrom(request)).stream()
        .map(placed -> placed.span().getName())
        .toList();
  }
}
