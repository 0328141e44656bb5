package io.sluice.sinks.prometheus;

import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A series at the receiver: its labels after relabelling, as they are sent, and what was written of
 * it last. There is one for the same labels, however many series come to have them. Its times are
 * for one thread, all else for any.
 */
final class RemoteSeries {

  private static final String NAME = "__name__";
  private static final String BOUND = "le";

  private final String identity;
  private final String name;

  // What stands before the name, between the name and a bucket's bound, and behind: by their names,
  // as the specification asks. Written once, since every sample has them.
  private final Slice before;
  private final Slice between;
  private final Slice behind;
  private final String ownBound;

  private int sources;
  private long millis = Long.MIN_VALUE;
  private long exemplarMillis = Long.MIN_VALUE;

  /**
   * @param identity the labels as one text
   * @param labels all of them, with {@code __name__}: the name without {@code _bucket} and so on
   */
  RemoteSeries(String identity, SortedMap<String, String> labels) {
    this.identity = identity;
    this.name = labels.getOrDefault(NAME, "");
    this.before = bytes(labels.headMap(NAME));
    this.between = bytes(labels.subMap(NAME + '\0', BOUND));
    this.behind = bytes(labels.tailMap(BOUND + '\0'));
    this.ownBound = labels.getOrDefault(BOUND, "");
  }

  private static Slice bytes(SortedMap<String, String> labels) {
    ProtoWriter out = new ProtoWriter(128);
    for (Map.Entry<String, String> entry : labels.entrySet()) {
      label(entry.getKey(), entry.getValue(), out);
    }
    return Slice.of(out.toBytes());
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

  /** One of them comes no more; returns whether it was the last. */
  boolean lost() {
    return --sources == 0;
  }

  /**
   * Writes the labels of one of its samples.
   *
   * @param suffix of the name
   * @param bound of a bucket; empty for none
   */
  void writeLabels(String suffix, String bound, ProtoWriter out) {
    out.raw(before);
    label(NAME, suffix.isEmpty() ? name : name.concat(suffix), out);
    out.raw(between);
    String le = bound.isEmpty() ? ownBound : bound;
    if (!le.isEmpty()) {
      label(BOUND, le, out);
    }
    out.raw(behind);
  }

  /** The time of its newest sample. */
  long millis() {
    return millis;
  }

  /** The time of its newest exemplar. */
  long exemplarMillis() {
    return exemplarMillis;
  }

  void written(long newestMillis, long newestExemplarMillis) {
    millis = newestMillis;
    exemplarMillis = newestExemplarMillis;
  }

  /** One that ended and came again is the same to the receiver. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof RemoteSeries that && identity.equals(that.identity));
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }
}
