package io.sluice.schemas.otlp;

/** An OTLP {@code LogRecord}. */
public final class LogRecordView {

  private static final Slice EMPTY = Slice.empty();

  private final Slice bytes;
  private long timeUnixNano;
  private long observedTimeUnixNano;
  private int severityNumber;
  private Slice severityText = EMPTY;
  private Slice body = EMPTY;
  private Slice traceId = EMPTY;
  private Slice spanId = EMPTY;
  private Slice eventName = EMPTY;

  public LogRecordView(Slice bytes) {
    this.bytes = bytes;
    ProtoReader in = bytes.reader();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> timeUnixNano = in.fixed64();
        case 2 -> severityNumber = (int) in.varint();
        case 3 -> severityText = in.slice();
        case 5 -> body = in.slice();
        case 9 -> traceId = in.slice();
        case 10 -> spanId = in.slice();
        case 11 -> observedTimeUnixNano = in.fixed64();
        case 12 -> eventName = in.slice();
        default -> {}
      }
    }
  }

  public Slice bytes() {
    return bytes;
  }

  /** When it happened; the observed time when the sender gave no other; 0 when neither. */
  public long timeUnixNano() {
    return timeUnixNano != 0 ? timeUnixNano : observedTimeUnixNano;
  }

  /** 1 to 24 (TRACE to FATAL4); 0 when not given. */
  public int severityNumber() {
    return severityNumber;
  }

  public String severityText() {
    return severityText.utf8();
  }

  public AnyValueView body() {
    return new AnyValueView(body);
  }

  /** Empty when the record belongs to no trace. */
  public Slice traceId() {
    return traceId;
  }

  public Slice spanId() {
    return spanId;
  }

  public String eventName() {
    return eventName.utf8();
  }

  public AttributesView attributes() {
    return new AttributesView(bytes, 6);
  }
}
