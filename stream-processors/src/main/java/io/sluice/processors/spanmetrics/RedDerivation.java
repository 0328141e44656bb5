package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.SpanReader;
import java.util.List;

/**
 * Rate, errors and duration of all spans, with the labels that Tempo's dashboards read. Where a
 * name is a path and the span says its route, the route is taken for the path.
 */
final class RedDerivation implements SpanDerivation {

  private static final LabelForm NAME = Placeholders::in;

  private final RouteTables latency;
  private final int route;
  private final int method;
  private final int[] attributes;

  /**
   * @param dimensions attributes that become labels besides
   */
  RedDerivation(AttributeKeys keys, Tallies tallies, List<String> dimensions) {
    latency = RouteTables.of(tallies, metric(dimensions));
    route = keys.slot("http.route");
    method = keys.slot("http.request.method", "http.method");
    attributes = dimensions.stream().mapToInt(keys::slot).toArray();
  }

  private static Metric metric(List<String> dimensions) {
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
    boolean declared = isForRoute(span, fields);
    SeriesTable table = latency.table(declared).begin();
    if (declared) {
      table.label(LabelForm.AS_IS, fields.text(method), ' ', fields.text(route));
    } else {
      table.label(NAME, fields.array(), fields.nameStart(), fields.nameEnd());
    }
    table.label(SpanLabels.kind(span)).label(SpanLabels.status(span));
    for (int slot : attributes) {
      table.label(fields, slot);
    }
    span.recordDuration(table.tally());
  }

  private boolean isForRoute(MeasuredSpan span, SpanReader fields) {
    return SpanLabels.isServer(span)
        && fields.isText(route)
        && fields.isText(method)
        && hasSlash(fields.array(), fields.nameStart(), fields.nameEnd());
  }

  private static boolean hasSlash(byte[] buf, int start, int end) {
    for (int i = start; i < end; i++) {
      if (buf[i] == '/') {
        return true;
      }
    }
    return false;
  }
}
