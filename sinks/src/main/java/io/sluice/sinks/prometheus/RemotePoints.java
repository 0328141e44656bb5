package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a series' points what is written: labels after relabelling, and times that only go
 * forward. Remembers each series until it ends. For one thread.
 */
final class RemotePoints {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());

  /** A series that came, and the one that it is at the receiver. */
  static final class Known {

    private final ShownSeries shown;
    private final @Nullable RemoteSeries target; // null when a rule leaves it out

    /** What its records begin with, if they can be read in place. */
    private byte @Nullable [] head;

    private long describedIn;

    private Known(ShownSeries shown, @Nullable RemoteSeries target) {
      this.shown = shown;
      this.target = target;
    }
  }

  /**
   * A point that came.
   *
   * @param identity the key of its record
   * @param series to which it belongs
   * @param value of one that has a value alone
   * @param data of any other, as it is shown on {@code /metrics}
   */
  record Incoming(
      ConsumerRecord<byte[], byte[]> source,
      RecordKey identity,
      Known series,
      long timeUnixNano,
      boolean stale,
      double value,
      @Nullable DataPointSnapshot data) {

    /** The series that it is to go to; null when a rule leaves it out. */
    @Nullable RemoteSeries target() {
      return series.target;
    }
  }

  private final SeriesSnapshots snapshots;
  private final Map<String, String> externalLabels;
  private final List<RelabelRule.Applied> rules;
  private final PointBytes bytes = new PointBytes();
  private final Map<RecordKey, Known> known = new HashMap<>();
  private final Map<String, RemoteSeries> targets = new HashMap<>();

  /** Perhaps without a series that comes as them; forgotten once their last point is committed. */
  private final Queue<RemoteSeries> ended = new ArrayDeque<>();

  private final Set<String> described = new HashSet<>();
  private long describing = 1;

  RemotePoints(RemoteWriteConfig config, SeriesSnapshots snapshots) {
    this.snapshots = snapshots;
    this.externalLabels = config.externalLabels();
    this.rules = config.relabel().stream().map(RelabelRule::applied).toList();
  }

  /**
   * The point of a record, with its series at the receiver.
   *
   * @throws InvalidInputException when it cannot be read, or Prometheus cannot take it
   */
  Incoming incoming(ConsumerRecord<byte[], byte[]> source) {
    RecordKey identity = RecordKey.of(source);
    Known before = known.get(identity);
    Incoming point = inPlace(source, identity, before);
    if (point == null) {
      point = decoded(source, identity, before);
    }
    if (point.target() == null && point.stale()) {
      forget(identity); // it is not asked for
    }
    return point;
  }

  /** Most points are of a series that is known: neither labels nor texts are made anew. */
  private @Nullable Incoming inPlace(
      ConsumerRecord<byte[], byte[]> source, RecordKey identity, @Nullable Known series) {
    byte[] head = series == null ? null : series.head;
    if (series == null
        || head == null
        || !PointBytes.startsWith(source.value(), head)
        || !bytes.read(source.value(), head)) {
      return null;
    }
    ExponentialBuckets buckets = bytes.buckets();
    if (buckets == null ? !series.shown.canBe(bytes.value()) : !series.shown.isHistogram()) {
      return null;
    }
    try {
      DataPointSnapshot data =
          buckets == null
              ? null
              : snapshots.histogram(
                  series.shown, buckets, Exemplars.EMPTY, bytes.startTimeUnixNano());
      return new Incoming(
          source, identity, series, bytes.timeUnixNano(), bytes.stale(), bytes.value(), data);
    } catch (IllegalArgumentException e) {
      return null; // once decoded it is refused, with a sentence
    }
  }

  private Incoming decoded(
      ConsumerRecord<byte[], byte[]> source, RecordKey identity, @Nullable Known before) {
    SeriesPoint point = SERDE.decode(source.value());
    ShownPoint shown = SeriesPoints.shown(before == null ? null : before.shown, point, snapshots);
    Known series =
        before != null && before.shown == shown.series()
            ? before
            : remember(identity, shown.series());
    if (series.head == null || !PointBytes.startsWith(source.value(), series.head)) {
      series.head = bytes.head(source.value());
    }
    return new Incoming(
        source,
        identity,
        series,
        point.getTimeUnixNano(),
        point.getStale(),
        point.getValue(),
        shown.data());
  }

  private Known remember(RecordKey identity, ShownSeries shown) {
    Known series = new Known(shown, target(shown));
    if (series.target != null) {
      series.target.gained();
    }
    // Behind it: where only its help is another, the series at the receiver and its times stay.
    forget(identity);
    known.put(identity, series);
    return series;
  }

  private void forget(RecordKey identity) {
    Known gone = known.remove(identity);
    if (gone != null && gone.target != null) {
      gone.target.lost();
      ended.add(gone.target);
    }
  }

  /** The batches up to this one are committed: what ended with them need not be known any more. */
  void committed(long batch) {
    RemoteSeries next = ended.peek();
    while (next != null && next.batch() <= batch) {
      ended.remove();
      if (next.hasEnded()) {
        targets.remove(next.identity());
      }
      next = ended.peek();
    }
  }

  private @Nullable RemoteSeries target(ShownSeries shown) {
    SortedMap<String, String> labels = labels(shown);
    return labels == null
        ? null
        : targets.computeIfAbsent(
            SeriesIdentity.of("", labels), identity -> new RemoteSeries(identity, labels));
  }

  /**
   * All labels with {@code __name__}, which are the series' identity at the receiver.
   *
   * @return null when a rule leaves the series out
   */
  private @Nullable SortedMap<String, String> labels(ShownSeries shown) {
    TreeMap<String, String> labels = new TreeMap<>(externalLabels);
    Labels own = shown.labels();
    for (int i = 0; i < own.size(); i++) {
      if (!own.getValue(i).isEmpty()) { // to Prometheus an empty label is none
        labels.put(own.getName(i), own.getValue(i));
      }
    }
    labels.put("__name__", shown.shownName());
    for (RelabelRule.Applied rule : rules) {
      if (!rule.apply(labels)) {
        return null;
      }
    }
    return labels.containsKey("__name__") ? labels : null;
  }

  /**
   * The point as it is written.
   *
   * @return null when one as new or newer was written before: its value holds this one's too
   */
  @Nullable RemotePoint next(Incoming point, RemoteSeries target) {
    long millis = point.timeUnixNano() / 1_000_000;
    if (millis <= target.millis()) {
      if (!point.stale()) {
        return null;
      }
      millis = target.millis() + 1; // its last value came at the moment of its end
    }
    long exemplars = target.exemplarMillis();
    target.written(millis, Math.max(exemplars, newestExemplar(point.data())));
    if (point.stale()) {
      forget(point.identity()); // with its times, unless another series still comes as this one
    }
    return new RemotePoint(
        point.source(),
        point.series().shown,
        target,
        millis,
        point.value(),
        point.data(),
        exemplars,
        point.stale(),
        describes(point.series()));
  }

  /** Whether a series' kind and help are still to be told. */
  private boolean describes(Known series) {
    if (series.describedIn == describing) {
      return false;
    }
    series.describedIn = describing;
    return described.add(series.shown.shownName());
  }

  /** From now on the kind and help of every metric are told once more. */
  void describeAgain() {
    describing++;
    described.clear();
  }

  /** How many series it remembers. */
  int size() {
    return known.size();
  }

  /** After a rebalance or a failure points come again that were perhaps not written. */
  void forget() {
    known.clear();
    targets.clear();
    ended.clear();
    describeAgain();
  }

  private static long newestExemplar(@Nullable DataPointSnapshot data) {
    long newest = Long.MIN_VALUE;
    if (data instanceof HistogramDataPointSnapshot histogram) {
      for (Exemplar exemplar : histogram.getExemplars()) {
        newest = Math.max(newest, exemplar.getTimestampMillis());
      }
    } else if (data instanceof CounterDataPointSnapshot counter && counter.getExemplar() != null) {
      newest = counter.getExemplar().getTimestampMillis();
    }
    return newest;
  }
}
