package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.SpanView;
import java.util.Map;

/**
 * What the series of a span are told apart by, with the label names that Tempo's dashboards read.
 */
record SeriesLabels(String service, String spanName, int kind, int status) {

  static final String OVERFLOW = "__overflow__";
  static final String SERVICE = "service";
  private static final String SPAN_NAME = "span_name";
  private static final String SPAN_KIND = "span_kind";
  private static final String STATUS_CODE = "status_code";

  static SeriesLabels of(String service, SpanView span, int maxNameLength) {
    return new SeriesLabels(
        cut(service, maxNameLength),
        cut(span.name(), maxNameLength),
        span.kind(),
        span.statusCode());
  }

  /** The series that takes what is over the limit of the same service. */
  static Map<String, String> overflow(Map<String, String> labels) {
    return Map.of(
        SERVICE, labels.getOrDefault(SERVICE, ""),
        SPAN_NAME, OVERFLOW,
        SPAN_KIND, labels.getOrDefault(SPAN_KIND, ""),
        STATUS_CODE, labels.getOrDefault(STATUS_CODE, ""));
  }

  Map<String, String> toMap() {
    return Map.of(
        SERVICE, service, SPAN_NAME, spanName, SPAN_KIND, kindName(), STATUS_CODE, statusName());
  }

  private String kindName() {
    return switch (kind) {
      case 1 -> "SPAN_KIND_INTERNAL";
      case 2 -> "SPAN_KIND_SERVER";
      case 3 -> "SPAN_KIND_CLIENT";
      case 4 -> "SPAN_KIND_PRODUCER";
      case 5 -> "SPAN_KIND_CONSUMER";
      default -> "SPAN_KIND_UNSPECIFIED";
    };
  }

  private String statusName() {
    return switch (status) {
      case 1 -> "STATUS_CODE_OK";
      case 2 -> "STATUS_CODE_ERROR";
      default -> "STATUS_CODE_UNSET";
    };
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}
