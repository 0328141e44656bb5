package io.sluice.schemas.otlp;

import java.util.function.Consumer;

/** An OTLP {@code Metric}. When the bytes set its data more than once, the last holds. */
public final class MetricView {

  /** What its points are. */
  public enum Kind {
    /** None that this build knows. */
    NONE,
    GAUGE,
    SUM,
    HISTOGRAM,
    EXPONENTIAL_HISTOGRAM,
    SUMMARY
  }

  public static final int TEMPORALITY_DELTA = 1;
  public static final int TEMPORALITY_CUMULATIVE = 2;

  private static final Slice EMPTY = Slice.empty();

  private Slice name = EMPTY;
  private Slice description = EMPTY;
  private Slice unit = EMPTY;
  private Slice data = EMPTY;
  private Kind kind = Kind.NONE;
  private int temporality;
  private boolean monotonic;

  public MetricView(Slice bytes) {
    ProtoReader in = bytes.reader();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.slice();
        case 2 -> description = in.slice();
        case 3 -> unit = in.slice();
        case 5 -> set(Kind.GAUGE, in.slice());
        case 7 -> set(Kind.SUM, in.slice());
        case 9 -> set(Kind.HISTOGRAM, in.slice());
        case 10 -> set(Kind.EXPONENTIAL_HISTOGRAM, in.slice());
        case 11 -> set(Kind.SUMMARY, in.slice());
        default -> {}
      }
    }
    readKind();
  }

  public String name() {
    return name.utf8();
  }

  public String description() {
    return description.utf8();
  }

  public String unit() {
    return unit.utf8();
  }

  public Kind kind() {
    return kind;
  }

  /** One of the constants, or 0 when none is said. Gauges and summaries have none. */
  public int temporality() {
    return temporality;
  }

  /** Whether a sum only grows. */
  public boolean isMonotonic() {
    return monotonic;
  }

  /** Every point in the order of the bytes. */
  public void forEachPoint(Consumer<MetricPointView> consumer) {
    ProtoReader in = data.reader();
    while (in.next()) {
      if (in.field() == 1 && kind != Kind.NONE) {
        consumer.accept(new MetricPointView(in.slice(), kind));
      }
    }
  }

  private void set(Kind newKind, Slice newData) {
    kind = newKind;
    data = newData;
  }

  private void readKind() {
    ProtoReader in = data.reader();
    while (in.next()) {
      switch (in.field()) {
        case 2 -> temporality = (int) in.varint();
        case 3 -> monotonic = in.varint() != 0;
        default -> {}
      }
    }
  }
}
