package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.SpanReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rate, errors and duration of all spans, with the labels that Tempo's dashboards read. */
final class RedDerivation implements SpanDerivation {

  private static final byte[][] KINDS =
      texts(
          "SPAN_KIND_UNSPECIFIED",
          "SPAN_KIND_INTERNAL",
          "SPAN_KIND_SERVER",
          "SPAN_KIND_CLIENT",
          "SPAN_KIND_PRODUCER",
          "SPAN_KIND_CONSUMER");

  private static final byte[][] STATUSES =
      texts("STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR");

  private final SeriesTable latency;
  private final int[] attributes;

  /**
   * @param dimensions attributes that become labels besides
   */
  RedDerivation(AttributeKeys keys, Tallies tallies, List<String> dimensions) {
    latency = tallies.table(metric(dimensions));
    attributes = dimensions.stream().mapToInt(keys::slot).toArray();
  }

  static Metric metric(List<String> dimensions) {
    return Metrics.SPAN_LATENCY.with(
        dimensions.stream().map(key -> Label.open(labelName(key))).toList());
  }

  /** As Prometheus writes it: {@code http.route} is {@code http_route}. */
  static String labelName(String key) {
    return key.replaceAll("[^a-zA-Z0-9_]", "_");
  }

  @Override
  public void add(MeasuredSpan span) {
    SpanReader fields = span.fields();
    latency.begin().label(fields.array(), fields.nameStart(), fields.nameEnd());
    latency.label(of(KINDS, fields.kind())).label(of(STATUSES, fields.statusCode()));
    for (int slot : attributes) {
      latency.label(fields, slot);
    }
    span.recordDuration(latency.tally());
  }

  private static byte[] of(byte[][] texts, int number) {
    return texts[number >= 0 && number < texts.length ? number : 0];
  }

  private static byte[][] texts(String... names) {
    byte[][] texts = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      texts[i] = names[i].getBytes(StandardCharsets.US_ASCII);
    }
    return texts;
  }
}
