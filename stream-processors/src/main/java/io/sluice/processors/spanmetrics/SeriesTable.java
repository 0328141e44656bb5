package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The series of one metric that a batch touches. A series is found by the bytes of its labels as
 * they are in the input; text is made of them, brought into its form and cut only when they were
 * not seen before.
 *
 * <pre>{@code
 * latency.begin().label(SERVER).label(span, route).tally().record(seconds, 1, end);
 * }</pre>
 *
 * Labels are given in the order in which the metric names them.
 */
final class SeriesTable {

  /** What is remembered from batch to batch; then it is forgotten and begins anew. */
  private static final int MAX_KEYS = 20_000;

  private static final long MAX_KEY_BYTES = 8 << 20;

  /** A value as it came is looked up with so many bytes at most; what it becomes is shorter. */
  private static final int MAX_RAW_BYTES = 16 << 10;

  private final Metric metric;
  private final int maxLabelLength;
  private final ByteTable<Tally> tallies = new ByteTable<>();
  private final List<Tally> touched = new ArrayList<>();
  private final Packer key = new Packer();
  private int given;

  SeriesTable(Metric metric, int maxLabelLength) {
    this.metric = metric;
    this.maxLabelLength = maxLabelLength;
  }

  Metric metric() {
    return metric;
  }

  /** Begins with the labels of a series. */
  SeriesTable begin() {
    key.reset();
    given = 0;
    return this;
  }

  SeriesTable label(byte[] buf, int start, int end) {
    key.bytes(buf, start, Math.min(end, start + MAX_RAW_BYTES));
    given++;
    return this;
  }

  SeriesTable label(byte[] value) {
    return label(value, 0, value.length);
  }

  SeriesTable label(String value) {
    return label(value.getBytes(StandardCharsets.UTF_8));
  }

  /** The attribute in this slot; empty when the span has none. */
  SeriesTable label(SpanReader span, int slot) {
    if (span.isText(slot)) {
      return label(span.array(), span.start(slot), span.end(slot));
    }
    Slice text = span.text(slot);
    return label(text.array(), text.start(), text.end());
  }

  /** What the batch adds to the series with the labels given. */
  Tally tally() {
    if (given != metric.labels().size()) {
      throw new IllegalStateException(metric.name() + ": given " + given + " labels");
    }
    Tally tally = tallies.get(key.array(), 0, key.size());
    if (tally == null) {
      tally = seenFirst();
    }
    if (tally.touch()) {
      touched.add(tally);
    }
    return tally;
  }

  /** How many series were touched since the last drain. */
  int touched() {
    return touched.size();
  }

  void drain(Packer out) {
    for (Tally tally : touched) {
      tally.drain(out);
    }
    touched.clear();
    if (tallies.size() > MAX_KEYS || tallies.keyBytes() > MAX_KEY_BYTES) {
      tallies.clear();
    }
  }

  /** Several forms of the input may become the same series. */
  private Tally seenFirst() {
    byte[] raw = key.toBytes();
    byte[] labels = formed(raw);
    @Nullable Tally tally = tallies.get(labels, 0, labels.length);
    if (tally == null) {
      tally = new Tally(metric.type(), labels);
      tallies.put(labels, tally);
    }
    if (tallies.get(raw, 0, raw.length) == null) {
      tallies.put(raw, tally);
    }
    return tally;
  }

  private byte[] formed(byte[] raw) {
    Unpacker in = new Unpacker(raw);
    Packer out = new Packer();
    for (Label label : metric.labels()) {
      String value = label.form().apply(in.text());
      out.text(label.open() ? cut(value, maxLabelLength) : value);
    }
    return out.toBytes();
  }

  /** Never inside a pair of surrogates. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }
}
