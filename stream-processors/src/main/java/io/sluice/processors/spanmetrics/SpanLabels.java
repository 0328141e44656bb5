package io.sluice.processors.spanmetrics;

import java.nio.charset.StandardCharsets;

/** Values of labels that several derivations have, as bytes. */
final class SpanLabels {

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

  private static final int SERVER = 2;
  private static final int CLIENT = 3;

  private SpanLabels() {}

  static byte[] kind(MeasuredSpan span) {
    return of(KINDS, span.fields().kind());
  }

  static byte[] status(MeasuredSpan span) {
    return of(STATUSES, span.fields().statusCode());
  }

  static boolean isServer(MeasuredSpan span) {
    return span.fields().kind() == SERVER;
  }

  static boolean isClient(MeasuredSpan span) {
    return span.fields().kind() == CLIENT;
  }

  static byte[][] texts(String... names) {
    byte[][] texts = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      texts[i] = names[i].getBytes(StandardCharsets.UTF_8);
    }
    return texts;
  }

  /** What no version of OTLP has is the same as what nobody said. */
  private static byte[] of(byte[][] texts, int number) {
    return texts[number >= 0 && number < texts.length ? number : 0];
  }
}
