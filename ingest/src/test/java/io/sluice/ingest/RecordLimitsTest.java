package io.sluice.ingest;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.ingest.RecordLimits.Broken;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.Service;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecordLimitsTest {

  private static final int MAX_ATTRIBUTES = 4;
  private static final int MAX_LENGTH = 10;
  private static final int MAX_DEPTH = 3;
  private static final Service SHOP = service("shop");
  private static final RecordLimits LIMITS =
      new RecordLimits(
          new TestConfig()
              .maxAttributes(MAX_ATTRIBUTES)
              .maxAttributeLength(MAX_LENGTH)
              .maxDepth(MAX_DEPTH)
              .build());

  private static final BiFunction<RecordLimits, Slice, @Nullable Broken> SPAN =
      RecordLimits::checkSpan;
  private static final BiFunction<RecordLimits, Slice, @Nullable Broken> LOG =
      RecordLimits::checkLog;
  private static final BiFunction<RecordLimits, Slice, @Nullable Broken> METRIC =
      RecordLimits::checkMetric;

  /** Everything that has attributes, made with the given ones. */
  static Stream<Arguments> places() {
    return Stream.of(
        place("span", SPAN, a -> span(span -> span.addAllAttributes(a))),
        place(
            "event",
            SPAN,
            a -> span(s -> s.addEvents(Span.Event.newBuilder().addAllAttributes(a)))),
        place("link", SPAN, a -> span(s -> s.addLinks(Span.Link.newBuilder().addAllAttributes(a)))),
        place("log", LOG, a -> SHOP.log("x").with(log -> log.addAllAttributes(a)).toProto()),
        place(
            "gauge",
            METRIC,
            a -> metric(m -> m.setGauge(Gauge.newBuilder().addDataPoints(number(a))))),
        place("sum", METRIC, a -> metric(m -> m.setSum(Sum.newBuilder().addDataPoints(number(a))))),
        place(
            "histogram",
            METRIC,
            a ->
                metric(
                    m ->
                        m.setHistogram(
                            Histogram.newBuilder()
                                .addDataPoints(
                                    HistogramDataPoint.newBuilder().addAllAttributes(a))))),
        place(
            "exponential histogram",
            METRIC,
            a ->
                metric(
                    m ->
                        m.setExponentialHistogram(
                            ExponentialHistogram.newBuilder()
                                .addDataPoints(
                                    ExponentialHistogramDataPoint.newBuilder()
                                        .addAllAttributes(a))))),
        place(
            "summary",
            METRIC,
            a ->
                metric(
                    m ->
                        m.setSummary(
                            Summary.newBuilder()
                                .addDataPoints(
                                    SummaryDataPoint.newBuilder().setSum(1).addAllAttributes(a))))),
        place(
            "exemplar",
            METRIC,
            a ->
                metric(
                    m ->
                        m.setGauge(
                            Gauge.newBuilder()
                                .addDataPoints(
                                    NumberDataPoint.newBuilder().addExemplars(exemplar(a)))))),
        place(
            "exemplar of a histogram",
            METRIC,
            a ->
                metric(
                    m ->
                        m.setHistogram(
                            Histogram.newBuilder()
                                .addDataPoints(
                                    HistogramDataPoint.newBuilder().addExemplars(exemplar(a)))))),
        place(
            "exemplar of an exponential histogram",
            METRIC,
            a ->
                metric(
                    m ->
                        m.setExponentialHistogram(
                            ExponentialHistogram.newBuilder()
                                .addDataPoints(
                                    ExponentialHistogramDataPoint.newBuilder()
                                        .addExemplars(exemplar(a)))))),
        place("metadata", METRIC, a -> metric(m -> m.addAllMetadata(a))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("places")
  void attributesHaveTheSameLimitsEverywhere(
      String place, Function<List<KeyValue>, @Nullable Broken> check) {
    Object deepest = List.of(Map.of("k", "x"));

    assertThat(check.apply(attributes(MAX_ATTRIBUTES, "k", "x".repeat(MAX_LENGTH)))).isNull();
    assertThat(check.apply(attributes(1, "k".repeat(MAX_LENGTH), deepest))).isNull();

    assertThat(check.apply(attributes(MAX_ATTRIBUTES + 1, "k", "x")))
        .isEqualTo(new Broken(Reason.TOO_LARGE, "more than 4 attributes"));
    Broken tooLong = new Broken(Reason.TOO_LARGE, "an attribute is longer than 10B");
    String eleven = "x".repeat(MAX_LENGTH + 1);
    for (Object value :
        List.of(
            eleven,
            eleven.getBytes(StandardCharsets.UTF_8),
            List.of("x", eleven),
            Map.of(eleven, "x"))) {
      assertThat(check.apply(attributes(1, "k", value))).isEqualTo(tooLong);
    }
    assertThat(check.apply(attributes(1, eleven, "x"))).isEqualTo(tooLong);
    Broken tooDeep = new Broken(Reason.TOO_DEEP, "a value is nested deeper than 3");
    assertThat(check.apply(attributes(1, "k", List.of(deepest)))).isEqualTo(tooDeep);
    assertThat(check.apply(attributes(1, "k", Map.of("k", deepest)))).isEqualTo(tooDeep);
  }

  @Test
  void bodyOfALogMayBeLongButNotDeep() {
    String megabyte = "x".repeat(1 << 20);

    assertThat(LIMITS.checkLog(bytes(SHOP.log(Map.of("k", megabyte)).toProto()))).isNull();
    assertThat(LIMITS.checkLog(bytes(SHOP.log(List.of(List.of(List.of("x")))).toProto())))
        .isEqualTo(new Broken(Reason.TOO_DEEP, "a value is nested deeper than 3"));
  }

  @Test
  void nestingOfTwoHundredThousandIsRefusedWithoutRecursion() {
    int depth = 200_000;
    int[] sizes = new int[2 * depth + 1];
    for (int i = 1; i < sizes.length; i++) {
      sizes[i] = 1 + ProtoWriter.varintSize(sizes[i - 1]) + sizes[i - 1];
    }
    ProtoWriter body = new ProtoWriter(sizes[2 * depth]);
    for (int i = sizes.length - 2; i >= 0; i--) {
      body.tag(i % 2 == 0 ? 1 : 5, ProtoReader.LEN); // a value of an array, an array of a value
      body.rawVarint(sizes[i]);
    }
    ProtoWriter log = new ProtoWriter(body.size() + 16);
    log.bytes(5, body.slice());

    assertThat(LIMITS.checkLog(log.slice()))
        .isEqualTo(new Broken(Reason.TOO_DEEP, "a value is nested deeper than 3"));
  }

  /** Looking at all for each of them would take hours. */
  @Test
  @Timeout(60)
  void millionPiecesOfMetadataAreRefusedAtOnce() {
    ProtoWriter metric = new ProtoWriter(2_000_000);
    for (int i = 0; i < 1_000_000; i++) {
      metric.bytes(12, Slice.empty());
    }

    assertThat(LIMITS.checkMetric(metric.slice()))
        .isEqualTo(new Broken(Reason.TOO_LARGE, "more than 4 attributes"));
  }

  private static Arguments place(
      String name,
      BiFunction<RecordLimits, Slice, @Nullable Broken> check,
      Function<List<KeyValue>, Message> record) {
    Function<List<KeyValue>, @Nullable Broken> checkWith =
        attributes -> check.apply(LIMITS, bytes(record.apply(attributes)));
    return Arguments.of(name, checkWith);
  }

  private static Span span(Consumer<Span.Builder> change) {
    return SHOP.span("GET /").with(change).toProto();
  }

  private static Metric metric(UnaryOperator<Metric.Builder> change) {
    return change.apply(Metric.newBuilder().setName("m")).build();
  }

  private static NumberDataPoint number(List<KeyValue> attributes) {
    return NumberDataPoint.newBuilder().addAllAttributes(attributes).build();
  }

  private static Exemplar exemplar(List<KeyValue> attributes) {
    return Exemplar.newBuilder().addAllFilteredAttributes(attributes).build();
  }

  /** So many times the same, as the test kit makes it. */
  private static List<KeyValue> attributes(int count, String key, Object value) {
    KeyValue attribute = SHOP.log("").attribute(key, value).toProto().getAttributes(0);
    return Collections.nCopies(count, attribute);
  }

  private static Slice bytes(Message message) {
    return Slice.of(message.toByteArray());
  }
}
