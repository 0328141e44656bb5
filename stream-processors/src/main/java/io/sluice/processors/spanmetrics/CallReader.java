package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanReader;
import io.sluice.schemas.trace.PeerAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from a span which side of a call it is, and what it says of the other. */
final class CallReader {

  private static final int SERVER = 2;
  private static final int CLIENT = 3;
  private static final int PRODUCER = 4;
  private static final int CONSUMER = 5;

  private final AttributeKeys keys = new AttributeKeys();

  private final int database = slot(PeerAttributes.DATABASE);
  private final int databasePeer = slot(PeerAttributes.DATABASE_PEER);
  private final int messagingSystem = keys.slot("messaging.system");
  private final int messagingOperation = slot(PeerAttributes.MESSAGING_OPERATION);
  private final int queue = slot(PeerAttributes.QUEUE);
  private final int peer = slot(PeerAttributes.PEER);

  private final int maxNameLength;
  private final SpanReader reader = new SpanReader(keys);
  private final MeasuredSpan measured = new MeasuredSpan(reader);

  CallReader(int maxNameLength) {
    this.maxNameLength = maxNameLength;
  }

  /**
   * Reads a span.
   *
   * @param arrivalNanos when it reached Kafka
   * @return null when it is no side of a call
   */
  @Nullable CallSide read(Slice span, String service, long arrivalNanos) {
    reader.read(span);
    int kind = reader.kind();
    boolean queued = reader.has(messagingSystem) || kind == PRODUCER || kind == CONSUMER;
    boolean asks = kind == CLIENT || kind == PRODUCER;
    if (kind < SERVER || kind > CONSUMER || (kind == CLIENT && queued && isTaking())) {
      return null;
    }
    measured.measure(arrivalNanos);
    boolean asksDatabase = kind == CLIENT && reader.has(database);
    byte[] ids = new byte[reader.hasIds() ? ExemplarSlots.IDS : 0];
    if (ids.length > 0) {
      reader.copyIds(ids, 0);
    }
    return new CallSide(
        asks,
        queued,
        asksDatabase,
        reader.spanId(),
        reader.parentSpanId(),
        service,
        queued ? text(messagingSystem) : "",
        text(asksDatabase ? databasePeer : queued ? queue : peer),
        reader.isError(),
        measured.seconds(),
        measured.weight(),
        reader.startTimeUnixNano(),
        measured.endNanos(),
        false,
        ids);
  }

  /** The id of the span that was read last. */
  long spanId() {
    return reader.spanId();
  }

  private int slot(List<String> names) {
    return keys.slot(names.toArray(String[]::new));
  }

  private boolean isTaking() {
    return PeerAttributes.isTaking(text(messagingOperation));
  }

  private String text(int slot) {
    return SeriesTable.cut(reader.text(slot).utf8(), maxNameLength);
  }
}
