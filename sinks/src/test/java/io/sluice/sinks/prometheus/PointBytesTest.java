package io.sluice.sinks.prometheus;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Exemplar;
import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.TraceId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class PointBytesTest {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());

  private final PointBytes bytes = new PointBytes();

  @Property
  void readsAValueAsItIsDecoded(
      @ForAll String name,
      @ForAll String help,
      @ForAll @Size(max = 5) Map<String, String> labels,
      @ForAll SeriesType type,
      @ForAll long time,
      @ForAll double value,
      @ForAll boolean stale) {
    SeriesPoint first = value(name, help, labels, type, 1, 0, false);
    SeriesPoint point = value(name, help, labels, type, time, value, stale);
    byte[] head = requireNonNull(bytes.head(SERDE.encode(first)));
    byte[] record = SERDE.encode(point);
    assertThat(PointBytes.startsWith(record, head)).isTrue();
    assertThat(bytes.read(record, head)).isTrue();
    assertThat(bytes.timeUnixNano()).isEqualTo(time);
    assertThat(bytes.value()).isEqualTo(value);
    assertThat(bytes.stale()).isEqualTo(stale);
  }

  @Property
  void tellsSeriesApart(
      @ForAll String name,
      @ForAll @Size(max = 3) Map<String, String> labels,
      @ForAll String otherName,
      @ForAll @Size(max = 3) Map<String, String> otherLabels) {
    SeriesPoint one = value(name, "", labels, SeriesType.GAUGE, 1, 1, false);
    SeriesPoint other = value(otherName, "", otherLabels, SeriesType.GAUGE, 1, 1, false);
    byte[] head = requireNonNull(bytes.head(SERDE.encode(one)));
    boolean same = name.equals(otherName) && labels.equals(otherLabels);
    if (PointBytes.startsWith(SERDE.encode(other), head)) {
      assertThat(same).isTrue();
    } else if (labels.size() < 2) { // else they may come in another order
      assertThat(same).isFalse();
    }
  }

  @Property
  void leavesWhatIsMoreThanAValueToTheDecoder(@ForAll long time, @ForAll double value) {
    SeriesPoint plain = value("x", "", Map.of("a", "b"), SeriesType.COUNTER, time, value, false);
    byte[] head = requireNonNull(bytes.head(SERDE.encode(plain)));
    for (SeriesPoint more :
        List.of(
            SeriesPoint.newBuilder(plain)
                .setExemplars(
                    List.of(
                        new Exemplar(1.0, 2L, new TraceId(new byte[16]), new SpanId(new byte[8]))))
                .build(),
            SeriesPoint.newBuilder(plain)
                .setExplicitHistogram(new ExplicitHistogram(List.of(), List.of(), 0.0))
                .build())) {
      assertThat(bytes.read(SERDE.encode(more), head)).isFalse();
    }
  }

  @Property
  void readsBucketsAsTheyAreDecoded(
      @ForAll int scale,
      @ForAll double sum,
      @ForAll long zeroCount,
      @ForAll int offset,
      @ForAll @Size(max = 50) List<Long> counts) {
    SeriesPoint plain = value("x", "", Map.of("a", "b"), SeriesType.HISTOGRAM, 2, 0, false);
    var histogram = new ExponentialHistogram(scale, 7L, sum, zeroCount, offset, counts);
    byte[] record = SERDE.encode(SeriesPoint.newBuilder(plain).setHistogram(histogram).build());
    byte[] head = requireNonNull(bytes.head(record));
    assertThat(bytes.read(record, head)).isTrue();
    ExponentialBuckets buckets = requireNonNull(bytes.buckets());
    assertThat(buckets).usingRecursiveComparison().isEqualTo(ExponentialBuckets.of(histogram));
    for (int length = head.length; length < record.length; length++) {
      assertThat(bytes.read(Arrays.copyOf(record, length), head)).isFalse();
    }
  }

  /** What the decoder refuses is not a value here. */
  @Property
  void takesNoValueOfBytesThatCannotBeDecoded(@ForAll byte[] tail) {
    byte[] head =
        requireNonNull(
            bytes.head(SERDE.encode(value("x", "", Map.of(), SeriesType.COUNTER, 1, 1, false))));
    byte[] record = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, record, head.length, tail.length);
    if (bytes.read(record, head)) {
      assertThat(SERDE.decode(record).getTimeUnixNano()).isEqualTo(bytes.timeUnixNano());
    }
  }

  @Property
  void takesNoValueThatWasCutOrIsFollowed(@ForAll long time, @ForAll double value) {
    byte[] record = SERDE.encode(value("x", "", Map.of(), SeriesType.COUNTER, time, value, false));
    byte[] head = requireNonNull(bytes.head(record));
    for (int length = head.length; length <= record.length + 1; length++) {
      assertThat(bytes.read(Arrays.copyOf(record, length), head))
          .isEqualTo(length == record.length);
    }
  }

  private static SeriesPoint value(
      String name,
      String help,
      Map<String, String> labels,
      SeriesType type,
      long time,
      double value,
      boolean stale) {
    return SeriesPoint.newBuilder()
        .setName(name)
        .setHelp(help)
        .setType(type)
        .setLabels(labels)
        .setStartTimeUnixNano(time / 2)
        .setTimeUnixNano(time)
        .setValue(value)
        .setStale(stale)
        .build();
  }
}
