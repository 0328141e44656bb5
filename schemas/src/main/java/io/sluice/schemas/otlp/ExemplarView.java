package io.sluice.schemas.otlp;

/** An OTLP {@code Exemplar}: a measured value with the span in which it was measured. */
public final class ExemplarView {

  private Slice traceId = Slice.empty();
  private Slice spanId = Slice.empty();
  private long timeUnixNano;
  private double value;

  ExemplarView(Slice bytes) {
    ProtoReader in = bytes.reader();
    while (in.next()) {
      switch (in.field()) {
        case 2 -> timeUnixNano = in.fixed64();
        case 3 -> value = in.doubleValue();
        case 4 -> spanId = in.slice();
        case 5 -> traceId = in.slice();
        case 6 -> value = (double) in.fixed64();
        default -> {}
      }
    }
  }

  /** 16 bytes when valid. */
  public Slice traceId() {
    return traceId;
  }

  /** 8 bytes when valid. */
  public Slice spanId() {
    return spanId;
  }

  public long timeUnixNano() {
    return timeUnixNano;
  }

  public double value() {
    return value;
  }
}
