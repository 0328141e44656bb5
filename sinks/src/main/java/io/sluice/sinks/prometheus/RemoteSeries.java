package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.sluice.schemas.otlp.ProtoWriter;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A series at the receiver: its labels after relabelling, as they are sent, and what was written of
 * it last. There is one for the same labels, however many series come to have them. For one thread.
 */
final class RemoteSeries {

  private static final String NAME = "__name__";
  private static final String BOUND = "le";
  private static final int MAX_REFUSALS = 3;

  private final String identity;
  private final String name;

  // Written once, since every sample has them, by their names, as the specification asks: what
  // stands before the name, the name, what stands between it and a bucket's bound, a label of the
  // bound's name, what stands behind.
  private final byte[] labels;
  private final int nameAt;
  private final int nameEnd;
  private final int boundAt;
  private final int boundEnd;

  private int sources;
  private long batch;
  private long millis = Long.MIN_VALUE;
  private long ownMillis = Long.MIN_VALUE;
  private long exemplarMillis = Long.MIN_VALUE;

  // As they were before the newest sample.
  private long millisBefore = Long.MIN_VALUE;
  private long ownMillisBefore = Long.MIN_VALUE;

  // What is written again while no point comes.
  private @Nullable ShownSeries shown;
  private double value;
  private @Nullable DataPointSnapshot data;
  private long period;
  private int refusals;

  /**
   * @param identity of which there is one
   * @param labels all of them, with {@code __name__}: the name without {@code _bucket} and so on
   */
  RemoteSeries(String identity, SortedMap<String, String> labels) {
    this.identity = identity;
    this.name = labels.getOrDefault(NAME, "");
    ProtoWriter out = new ProtoWriter(256);
    labels(labels.headMap(NAME), out);
    this.nameAt = out.size();
    label(NAME, name, out);
    this.nameEnd = out.size();
    labels(labels.subMap(NAME + '\0', BOUND), out);
    this.boundAt = out.size();
    labels(labels.subMap(BOUND, BOUND + '\0'), out);
    this.boundEnd = out.size();
    labels(labels.tailMap(BOUND + '\0'), out);
    this.labels = out.toBytes();
  }

  private static void labels(SortedMap<String, String> labels, ProtoWriter out) {
    labels.forEach((name, value) -> label(name, value, out));
  }

  static void label(String name, String value, ProtoWriter out) {
    int label = out.begin(1);
    out.utf8(1, name);
    out.utf8(2, value);
    out.end(label);
  }

  String identity() {
    return identity;
  }

  /** One more series comes that has these labels. */
  void gained() {
    sources++;
  }

  /** One of them comes no more. With the last of them all but the time of its end is forgotten. */
  void lost() {
    if (--sources == 0) {
      ownMillis = Long.MIN_VALUE;
      exemplarMillis = Long.MIN_VALUE;
      shown = null;
      data = null;
    }
  }

  /** Whether no series comes any more that has these labels. */
  boolean hasEnded() {
    return sources == 0;
  }

  /** The batch that has its newest point. */
  long batch() {
    return batch;
  }

  void goesWith(long newestBatch) {
    batch = newestBatch;
  }

  /**
   * Writes the labels of one of its samples.
   *
   * @param suffix of the name
   * @param bound of a bucket; empty for none
   */
  void writeLabels(String suffix, String bound, ProtoWriter out) {
    if (suffix.isEmpty() && bound.isEmpty()) {
      out.raw(labels, 0, labels.length);
      return;
    }
    out.raw(labels, 0, nameAt);
    label(NAME, name.concat(suffix), out);
    out.raw(labels, nameEnd, boundAt);
    if (bound.isEmpty()) {
      out.raw(labels, boundAt, boundEnd);
    } else {
      label(BOUND, bound, out);
    }
    out.raw(labels, boundEnd, labels.length);
  }

  /** The time of its newest sample, which is that of its newest point or later. */
  long millis() {
    return millis;
  }

  /** The latest time that a point of it had itself. */
  long ownMillis() {
    return ownMillis;
  }

  /** The time of its newest exemplar. */
  long exemplarMillis() {
    return exemplarMillis;
  }

  /**
   * Takes over a point.
   *
   * @param sampleMillis the time that it is written with
   * @param inPeriod in which it came
   */
  void newest(
      RemotePoints.Incoming point, long sampleMillis, long newestExemplarMillis, long inPeriod) {
    holds(point);
    at(sampleMillis);
    ownMillis = Math.max(ownMillis, point.ownMillis());
    exemplarMillis = newestExemplarMillis;
    shown = point.stale() ? null : point.shown();
    period = inPeriod;
  }

  /** Takes over a point without its time: it is written once the series stands still. */
  void holds(RemotePoints.Incoming point) {
    shown = point.shown();
    value = point.value();
    data = point.data();
    period = 0;
    refusals = 0;
  }

  /**
   * The newest point is written with another time.
   *
   * @param sampleMillis that time
   */
  void again(long sampleMillis, long newestExemplarMillis) {
    at(sampleMillis);
    exemplarMillis = newestExemplarMillis;
  }

  private void at(long sampleMillis) {
    millisBefore = millis;
    ownMillisBefore = ownMillis;
    millis = sampleMillis;
  }

  /** As what its newest point is shown; null when that one ended it. */
  @Nullable ShownSeries shown() {
    return shown;
  }

  /** The newest point's value. */
  double value() {
    return value;
  }

  /** The newest point, if it is more than a value. */
  @Nullable DataPointSnapshot data() {
    return data;
  }

  /** The period in which the newest point came; zero when that one is still to be written. */
  long period() {
    return period;
  }

  /**
   * The receiver will never take its newest sample: that one's time, which may be in the future, is
   * in no other's way. May be said by another thread, before that sample's batch is done.
   *
   * @param latestMillis no sample is there that is later, and one that was to be says nothing of
   *     its point
   */
  void refuse(long latestMillis) {
    if (millis <= latestMillis) {
      refusals++;
    }
    millis = Math.min(millis, millisBefore <= latestMillis ? millisBefore : ownMillisBefore);
    ownMillis = Math.min(ownMillis, ownMillisBefore); // it may have ended since
  }

  /**
   * Whether the receiver takes its newest point at no time. Once it may have been too old, after an
   * outage.
   */
  boolean isRefused() {
    return refusals >= MAX_REFUSALS;
  }
}
