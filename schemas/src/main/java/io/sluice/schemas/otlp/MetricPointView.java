package io.sluice.schemas.otlp;

import java.util.Arrays;

/**
 * A data point of an OTLP metric of any kind. What its kind does not have is 0 or empty. Arrays are
 * as long as the input says, which is never more than its bytes.
 */
public final class MetricPointView {

  private static final int NO_RECORDED_VALUE = 1;

  private final Slice bytes;
  private final MetricView.Kind kind;
  private long startTimeUnixNano;
  private long timeUnixNano;
  private int flags;
  private boolean valued;
  private double value;
  private long count;
  private double sum;
  private final Numbers bucketCounts = new Numbers();
  private final Numbers explicitBounds = new Numbers();
  private int scale;
  private long zeroCount;
  private int positiveOffset;
  private long[] positiveCounts = {};
  private long[] negativeCounts = {};
  private final Numbers quantiles = new Numbers();
  private Slice exemplar = Slice.empty();

  MetricPointView(Slice bytes, MetricView.Kind kind) {
    this.bytes = bytes;
    this.kind = kind;
    ProtoReader in = bytes.reader();
    while (in.next()) {
      switch (in.field()) {
        case 2 -> startTimeUnixNano = in.fixed64();
        case 3 -> timeUnixNano = in.fixed64();
        default -> {
          switch (kind) {
            case GAUGE, SUM -> number(in);
            case HISTOGRAM -> histogram(in);
            case EXPONENTIAL_HISTOGRAM -> exponential(in);
            case SUMMARY -> summary(in);
            case NONE -> {}
          }
        }
      }
    }
  }

  public AttributesView attributes() {
    return new AttributesView(
        bytes, kind == MetricView.Kind.HISTOGRAM ? 9 : isExponential() ? 1 : 7);
  }

  /** When counting began; 0 when not said. */
  public long startTimeUnixNano() {
    return startTimeUnixNano;
  }

  public long timeUnixNano() {
    return timeUnixNano;
  }

  /** Whether the point says that there is no value: the series ended or was not measured. */
  public boolean hasNoRecordedValue() {
    return (flags & NO_RECORDED_VALUE) != 0;
  }

  /** Whether a point of a gauge or a sum has a value. */
  public boolean hasValue() {
    return valued;
  }

  /** Of a gauge or a sum. */
  public double value() {
    return value;
  }

  /** Of a histogram or summary; negative when it is over 2^63. */
  public long count() {
    return count;
  }

  public double sum() {
    return sum;
  }

  /** Of an explicit histogram: one more than its bounds. */
  public long[] bucketCounts() {
    return bucketCounts.toLongs();
  }

  public double[] explicitBounds() {
    return explicitBounds.toDoubles();
  }

  /** Of an exponential histogram, as all that follow. */
  public int scale() {
    return scale;
  }

  public long zeroCount() {
    return zeroCount;
  }

  /** Index of the first of {@link #positiveCounts}. */
  public int positiveOffset() {
    return positiveOffset;
  }

  public long[] positiveCounts() {
    return positiveCounts;
  }

  public long[] negativeCounts() {
    return negativeCounts;
  }

  /** Of a summary: each quantile and its value, one after the other. */
  public double[] quantiles() {
    return quantiles.toDoubles();
  }

  /** The last exemplar; empty when there is none. */
  public ExemplarView exemplar() {
    return new ExemplarView(exemplar);
  }

  private boolean isExponential() {
    return kind == MetricView.Kind.EXPONENTIAL_HISTOGRAM;
  }

  private void number(ProtoReader in) {
    switch (in.field()) {
      case 4 -> set(in.doubleValue());
      case 5 -> exemplar = in.slice();
      case 6 -> set((double) in.fixed64());
      case 8 -> flags = (int) in.varint();
      default -> {}
    }
  }

  private void set(double newValue) {
    value = newValue;
    valued = true;
  }

  private void histogram(ProtoReader in) {
    switch (in.field()) {
      case 4 -> count = in.fixed64();
      case 5 -> sum = in.doubleValue();
      case 6 -> bucketCounts.addAll(in);
      case 7 -> explicitBounds.addAll(in);
      case 8 -> exemplar = in.slice();
      case 10 -> flags = (int) in.varint();
      default -> {}
    }
  }

  private void exponential(ProtoReader in) {
    switch (in.field()) {
      case 4 -> count = in.fixed64();
      case 5 -> sum = in.doubleValue();
      case 6 -> scale = zigzag(in.varint());
      case 7 -> zeroCount = in.fixed64();
      case 8 -> positive(in.slice());
      case 9 -> negativeCounts = counts(in.slice());
      case 10 -> flags = (int) in.varint();
      case 11 -> exemplar = in.slice();
      default -> {}
    }
  }

  private void summary(ProtoReader in) {
    switch (in.field()) {
      case 4 -> count = in.fixed64();
      case 5 -> sum = in.doubleValue();
      case 6 -> quantile(in.message());
      case 8 -> flags = (int) in.varint();
      default -> {}
    }
  }

  private void positive(Slice buckets) {
    positiveCounts = counts(buckets);
    positiveOffset = 0;
    ProtoReader in = buckets.reader();
    while (in.next()) {
      if (in.field() == 1) {
        positiveOffset = zigzag(in.varint());
      }
    }
  }

  private void quantile(ProtoReader in) {
    long quantile = 0;
    long its = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> quantile = in.fixed64();
        case 2 -> its = in.fixed64();
        default -> {}
      }
    }
    quantiles.add(quantile);
    quantiles.add(its);
  }

  /** Packed or one by one: both are valid. */
  private static long[] counts(Slice buckets) {
    long[] counts = new long[buckets.length()]; // a count takes a byte at least
    int size = 0;
    ProtoReader in = buckets.reader();
    while (in.next()) {
      if (in.field() != 2) {
        continue;
      }
      if (in.wireType() == ProtoReader.LEN) {
        Slice packed = in.slice();
        int pos = packed.start();
        while (pos < packed.end()) {
          long number = 0;
          int shift = 0;
          byte b;
          do {
            b = pos < packed.end() ? packed.array()[pos] : 0;
            number |= shift < Long.SIZE ? (b & 0x7fL) << shift : 0;
            shift += 7;
            pos++;
          } while (b < 0);
          counts[size++] = number;
        }
      } else {
        counts[size++] = in.varint();
      }
    }
    return Arrays.copyOf(counts, size);
  }

  private static int zigzag(long number) {
    int bits = (int) number;
    return bits >>> 1 ^ -(bits & 1);
  }

  /** Numbers of 64 bits as they come: packed or one by one, both are valid. */
  private static final class Numbers {

    private long[] bits = {};
    private int size;

    void add(long number) {
      if (size == bits.length) {
        bits = Arrays.copyOf(bits, Math.max(8, size * 2));
      }
      bits[size++] = number;
    }

    void addAll(ProtoReader in) {
      if (in.wireType() != ProtoReader.LEN) {
        add(in.fixed64());
        return;
      }
      Slice packed = in.slice();
      for (int at = packed.start(); at + Long.BYTES <= packed.end(); at += Long.BYTES) {
        long number = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
          number = number << Byte.SIZE | (packed.array()[at + i] & 0xff);
        }
        add(number);
      }
    }

    long[] toLongs() {
      return Arrays.copyOf(bits, size);
    }

    double[] toDoubles() {
      double[] doubles = new double[size];
      for (int i = 0; i < size; i++) {
        doubles[i] = Double.longBitsToDouble(bits[i]);
      }
      return doubles;
    }
  }
}
