package io.sluice.console;

import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.ArrayList;
import java.util.List;

/** An event of a span. */
record SpanEvent(long timeUnixNano, String name, AttributesView attributes) {

  private static final int EVENT = 11;
  private static final int ATTRIBUTES = 3;

  /**
   * All events of a span, in their order.
   *
   * @param otherwiseUnixNano the time of one that has none
   */
  static List<SpanEvent> of(SpanView span, long otherwiseUnixNano) {
    List<SpanEvent> events = new ArrayList<>();
    ProtoReader in = span.bytes().reader();
    while (in.next()) {
      if (in.field() == EVENT) {
        events.add(of(in.slice(), otherwiseUnixNano));
      }
    }
    return events;
  }

  private static SpanEvent of(Slice event, long otherwiseUnixNano) {
    long time = otherwiseUnixNano;
    String name = "";
    ProtoReader fields = event.reader();
    while (fields.next()) {
      if (fields.field() == 1) {
        time = fields.fixed64();
      } else if (fields.field() == 2) {
        name = fields.utf8();
      }
    }
    return new SpanEvent(time, name, new AttributesView(event, ATTRIBUTES));
  }
}
