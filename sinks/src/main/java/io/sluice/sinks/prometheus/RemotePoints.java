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
import java.util.Deque;
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

  /** With a minute each as long as receivers take late samples. */
  private static final int ENDED_PERIODS = 60;

  /** Clocks differ a little; a time further ahead is of one that is wrong. */
  private static final long AHEAD_MILLIS = 60_000;

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
   * @param ownMillis its own time
   * @param value of one that has a value alone
   * @param data of any other, as it is shown on {@code /metrics}
   */
  record Incoming(
      ConsumerRecord<byte[], byte[]> source,
      RecordKey identity,
      Known series,
      long ownMillis,
      boolean stale,
      double value,
      @Nullable DataPointSnapshot data) {

    /** The series that it is to go to; null when a rule leaves it out. */
    @Nullable RemoteSeries target() {
      return series.target;
    }

    /** As what its series is shown. */
    ShownSeries shown() {
      return series.shown;
    }
  }

  private final SeriesSnapshots snapshots;
  private final Map<String, String> externalLabels;
  private final List<RelabelRule.Applied> rules;
  private final boolean onlyClassic;
  private final PointBytes bytes = new PointBytes();
  private final Map<RecordKey, Known> known = new HashMap<>();
  private final Map<String, RemoteSeries> targets = new HashMap<>();

  /** A series that perhaps comes no more, and the period in which it ended. */
  private record Ended(RemoteSeries series, long period) {}

  /**
   * Forgotten once their last point is committed and some periods are over: what begins again may
   * have times before that end.
   */
  private final Queue<Ended> ended = new ArrayDeque<>();

  private long period = 1;
  private final Set<String> described = new HashSet<>();
  private long describing = 1;

  RemotePoints(RemoteWriteConfig config, SeriesSnapshots snapshots) {
    this.snapshots = snapshots;
    this.externalLabels = config.externalLabels();
    this.onlyClassic = config.histograms() == RemoteWriteConfig.Histograms.CLASSIC;
    this.rules = config.relabel().stream().map(RelabelRule::applied).toList();
  }

  /**
   * The point of a record, with its series at the receiver.
   *
   * @param nowMillis beyond it a point's own time is wrong, and that of its record holds: receivers
   *     take none of the future, and all that came until then would be older
   * @throws InvalidInputException when it cannot be read, or Prometheus cannot take it
   */
  Incoming incoming(ConsumerRecord<byte[], byte[]> source, long nowMillis) {
    RecordKey identity = RecordKey.of(source);
    Known before = known.get(identity);
    Incoming point = inPlace(source, identity, before, nowMillis);
    if (point == null) {
      point = decoded(source, identity, before, nowMillis);
    }
    if (point.target() == null && point.stale()) {
      forget(identity); // it is not asked for
    }
    return point;
  }

  /**
   * The end of a series whose record was deleted.
   *
   * @param tombstone its key without a value
   * @param nowMillis it ended when that was written, and not later
   * @return null when the series is not known or ended before
   */
  @Nullable Incoming end(ConsumerRecord<byte[], byte[]> tombstone, long nowMillis) {
    RecordKey identity = RecordKey.of(tombstone);
    Known series = known.get(identity);
    RemoteSeries target = series == null ? null : series.target;
    if (series == null || target == null) {
      forget(identity);
      return null;
    }
    long millis = Math.min(tombstone.timestamp(), nowMillis);
    return new Incoming(tombstone, identity, series, millis, true, target.value(), target.data());
  }

  /**
   * Takes over a point that was written before by whoever had the partition.
   *
   * @param writtenMillis up to where samples of the partition's series may have times that are not
   *     their points' own
   */
  void known(Incoming point, RemoteSeries target, long writtenMillis) {
    if (point.ownMillis() <= target.ownMillis() && !point.stale()) {
      target.holds(point);
      return;
    }
    long millis = Math.max(Math.max(point.ownMillis(), target.ownMillis() + 1), writtenMillis);
    long exemplars = Math.max(target.exemplarMillis(), newestExemplar(point.data()));
    target.newest(point, millis, exemplars, 0);
    if (point.stale()) {
      forget(point.identity());
    }
  }

  /** Most points are of a series that is known: neither labels nor texts are made anew. */
  private @Nullable Incoming inPlace(
      ConsumerRecord<byte[], byte[]> source,
      RecordKey identity,
      @Nullable Known series,
      long nowMillis) {
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
          source,
          identity,
          series,
          ownMillis(bytes.timeUnixNano(), source, nowMillis),
          bytes.stale(),
          bytes.value(),
          data);
    } catch (IllegalArgumentException e) {
      return null; // once decoded it is refused, with a sentence
    }
  }

  private Incoming decoded(
      ConsumerRecord<byte[], byte[]> source,
      RecordKey identity,
      @Nullable Known before,
      long nowMillis) {
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
        ownMillis(point.getTimeUnixNano(), source, nowMillis),
        point.getStale(),
        point.getValue(),
        shown.data());
  }

  private static long ownMillis(
      long timeUnixNano, ConsumerRecord<byte[], byte[]> source, long nowMillis) {
    long millis = timeUnixNano / 1_000_000;
    return millis > nowMillis + AHEAD_MILLIS ? Math.min(nowMillis, source.timestamp()) : millis;
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
      ended.add(new Ended(gone.target, period));
    }
  }

  /** The batches up to this one are committed: what ended with them need not be known any more. */
  void committed(long batch) {
    Ended next = ended.peek();
    while (next != null
        && next.series().batch() <= batch
        && period - next.period() > ENDED_PERIODS) {
      ended.remove();
      if (next.series().hasEnded()) {
        targets.remove(next.series().identity());
      }
      next = ended.peek();
    }
  }

  private @Nullable RemoteSeries target(ShownSeries shown) {
    SortedMap<String, String> labels = labels(shown);
    if (labels == null) {
      return null;
    }
    // Where classic buckets are all that is written of a histogram, a metric of this name that is
    // none has other series. A native histogram is the same one.
    String kind = shown.isHistogram() && onlyClassic ? "histogram" : "";
    return targets.computeIfAbsent(
        SeriesIdentity.of(kind, labels), identity -> new RemoteSeries(identity, labels));
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
   * The point as it is written: with its own time, or right behind the last sample where that was
   * the point before, written again at a later time.
   *
   * <p>A record that comes later holds more, also when its newest event is no newer. Written right
   * behind, it would have a time that nobody knows after a restart. So its value goes with the
   * series' next point, or as that of a series that stands still.
   *
   * @return null when a point as new or newer came before
   */
  @Nullable RemotePoint next(Incoming point, RemoteSeries target) {
    if (point.ownMillis() <= target.ownMillis() && !point.stale()) {
      target.holds(point);
      return null;
    }
    long millis = Math.max(point.ownMillis(), target.millis() + 1);
    long exemplars = target.exemplarMillis();
    target.newest(point, millis, Math.max(exemplars, newestExemplar(point.data())), period);
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

  /**
   * Begins a period.
   *
   * @return the series of which no point came in the one before
   */
  Deque<RemoteSeries> idle() {
    period++;
    Deque<RemoteSeries> idle = new ArrayDeque<>();
    for (RemoteSeries series : targets.values()) {
      if (series.period() < period - 1) {
        idle.add(series);
      }
    }
    return idle;
  }

  /**
   * A series' newest point, with another time.
   *
   * @return null when there is nothing to write again: it ended, it has a sample as new, or the
   *     receiver does not take it
   */
  @Nullable RemotePoint again(RemoteSeries series, long millis) {
    ShownSeries shown = series.shown();
    if (shown == null || series.isRefused() || millis <= series.millis()) {
      return null;
    }
    long exemplars = series.exemplarMillis();
    series.again(millis, Math.max(exemplars, newestExemplar(series.data())));
    return new RemotePoint(
        null,
        shown,
        series,
        millis,
        series.value(),
        series.data(),
        exemplars,
        false,
        described.add(shown.shownName()));
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
