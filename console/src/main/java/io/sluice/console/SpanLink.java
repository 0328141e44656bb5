package io.sluice.console;

import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A link of a span to another.
 *
 * @param traceId in hex; empty where it has none
 * @param spanId in hex; empty where it has none
 */
record SpanLink(String traceId, String spanId, AttributesView attributes) {

  private static final int LINK = 13;
  private static final int ATTRIBUTES = 4;

  /** All links of a span, in their order. */
  static List<SpanLink> of(SpanView span) {
    List<SpanLink> links = new ArrayList<>();
    ProtoReader in = span.bytes().reader();
    while (in.next()) {
      if (in.field() == LINK) {
        links.add(of(in.slice()));
      }
    }
    return links;
  }

  private static SpanLink of(Slice link) {
    String traceId = "";
    String spanId = "";
    ProtoReader fields = link.reader();
    while (fields.next()) {
      if (fields.field() == 1) {
        traceId = HexFormat.of().formatHex(fields.slice().toBytes());
      } else if (fields.field() == 2) {
        spanId = HexFormat.of().formatHex(fields.slice().toBytes());
      }
    }
    return new SpanLink(traceId, spanId, new AttributesView(link, ATTRIBUTES));
  }
}
