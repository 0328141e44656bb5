package io.sluice.schemas.otlp;

import java.util.function.Consumer;

/** An OTLP {@code Span}. One pass over its fields finds the parts; text is made when asked for. */
public final class SpanView {

  public static final int STATUS_UNSET = 0;
  public static final int STATUS_OK = 1;
  public static final int STATUS_ERROR = 2;

  private static final Slice EMPTY = Slice.empty();

  private final Slice bytes;
  private Slice traceId = EMPTY;
  private Slice spanId = EMPTY;
  private Slice parentSpanId = EMPTY;
  private Slice traceState = EMPTY;
  private Slice name = EMPTY;
  private Slice status = EMPTY;
  private int kind;
  private int links;
  private long startTimeUnixNano;
  private long endTimeUnixNano;

  public SpanView(Slice bytes) {
    this.bytes = bytes;
    ProtoReader in = bytes.reader();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> traceId = in.slice();
        case 2 -> spanId = in.slice();
        case 3 -> traceState = in.slice();
        case 4 -> parentSpanId = in.slice();
        case 5 -> name = in.slice();
        case 6 -> kind = (int) in.varint();
        case 7 -> startTimeUnixNano = in.fixed64();
        case 8 -> endTimeUnixNano = in.fixed64();
        case 13 -> links++;
        case 15 -> status = in.slice();
        default -> {}
      }
    }
  }

  /** The whole message. */
  public Slice bytes() {
    return bytes;
  }

  /** 16 bytes when valid. */
  public Slice traceId() {
    return traceId;
  }

  /** 8 bytes when valid. */
  public Slice spanId() {
    return spanId;
  }

  /** Empty for a root span; 8 zero bytes mean the same. */
  public Slice parentSpanId() {
    return parentSpanId;
  }

  public boolean isRoot() {
    return allZero(parentSpanId);
  }

  /** Whether both ids have their length and are not all zero. */
  public boolean hasValidIds() {
    return traceId.length() == 16
        && spanId.length() == 8
        && !allZero(traceId)
        && !allZero(spanId)
        && (parentSpanId.isEmpty() || parentSpanId.length() == 8);
  }

  public String traceState() {
    return traceState.utf8();
  }

  /**
   * For how many spans this one stands, as its sampler wrote it into the tracestate ({@code
   * ot=th:…}): 4 when one trace in four is kept. 1 when nothing valid is said there, when it says
   * more than 10,000, and when the trace's randomness is too low to have passed such a sampler.
   */
  public double adjustedCount() {
    return traceState.isEmpty()
        ? 1
        : Math.max(
            1,
            SamplingThreshold.adjustedCount(
                traceState, traceId.array(), traceId.start(), traceId.end()));
  }

  public String name() {
    return name.utf8();
  }

  public Slice nameBytes() {
    return name;
  }

  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  public int kind() {
    return kind;
  }

  public long startTimeUnixNano() {
    return startTimeUnixNano;
  }

  public long endTimeUnixNano() {
    return endTimeUnixNano;
  }

  /** End minus start; 0 when the end is before the start. */
  public long durationNanos() {
    return Math.max(0, endTimeUnixNano - startTimeUnixNano);
  }

  public int statusCode() {
    int code = STATUS_UNSET;
    ProtoReader in = status.reader();
    while (in.next()) {
      if (in.field() == 3) {
        code = (int) in.varint();
      }
    }
    return code;
  }

  public boolean isError() {
    return statusCode() == STATUS_ERROR;
  }

  public String statusMessage() {
    String message = "";
    ProtoReader in = status.reader();
    while (in.next()) {
      if (in.field() == 2) {
        message = in.utf8();
      }
    }
    return message;
  }

  /** Trace ids of its links, each 16 bytes, whatever else a link may say. */
  public void forEachLinkedTrace(Consumer<Slice> consumer) {
    if (links == 0) {
      return;
    }
    ProtoReader in = bytes.reader();
    while (in.next()) {
      if (in.field() != 13 || in.wireType() != ProtoReader.LEN) {
        continue;
      }
      ProtoReader link = in.message();
      while (link.next()) {
        if (link.field() == 1 && link.end() - link.start() == 16) {
          consumer.accept(link.slice());
        }
      }
    }
  }

  public AttributesView attributes() {
    return new AttributesView(bytes, 9);
  }

  private static boolean allZero(Slice id) {
    for (int i = id.start(); i < id.end(); i++) {
      if (id.array()[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
