package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The series of one metric, of the service that {@link Tallies} are told of. A series is found by
 * the bytes of its labels as they are in the input; text is made of them, brought into its form and
 * cut only when they were not seen before.
 *
 * <pre>{@code
 * latency.begin().label(SERVER).label(span, route).tally().record(seconds, 1, end);
 * }</pre>
 *
 * Labels are given in the order in which the metric names them.
 */
final class SeriesTable {

  /** A value as it came is looked up with so many bytes at most; what it becomes is shorter. */
  private static final int MAX_RAW_BYTES = 16 << 10;

  /** A series that was met. It has a tally while something of it is to be drained. */
  static final class Known {
    private final long number;
    private final LabelTexts.Text[] labels;
    private @Nullable Tally tally;

    private Known(long number, LabelTexts.Text[] labels) {
      this.number = number;
      this.labels = labels;
    }

    /** Tells it from all others of the tallies. */
    long number() {
      return number;
    }

    /** Writes its labels and what was added, and lets the tally go. */
    Tally drain(LabelTexts texts, Packer out) {
      Tally drained = Objects.requireNonNull(tally);
      for (LabelTexts.Text label : labels) {
        texts.pack(label, out);
      }
      drained.drain(out);
      tally = null;
      return drained;
    }
  }

  private final Metric metric;
  private final int place;
  private final int maxLabelLength;
  private final LabelTexts texts;
  private final Tallies tallies;
  private final ByteTable<Known> byText = new ByteTable<>();
  private final ByteTable<Known> byLabels = new ByteTable<>();
  private final List<LabelForm> forms = new ArrayList<>();
  private final Packer key = new Packer();
  private int given;

  /**
   * @param place of the table among those of the tallies
   */
  SeriesTable(Metric metric, int place, int maxLabelLength, LabelTexts texts, Tallies tallies) {
    this.metric = metric;
    this.place = place;
    this.maxLabelLength = maxLabelLength;
    this.texts = texts;
    this.tallies = tallies;
  }

  Metric metric() {
    return metric;
  }

  /** Begins with the labels of a series. */
  SeriesTable begin() {
    key.reset().number(tallies.serviceNumber());
    given = 0;
    return this;
  }

  /** The next label: text that is brought into a form. */
  SeriesTable label(LabelForm form, byte[] buf, int start, int end) {
    key.number(code(form)).bytes(buf, start, Math.min(end, start + MAX_RAW_BYTES));
    given++;
    return this;
  }

  /** The next label: two texts with a character of ASCII between, brought into a form. */
  SeriesTable label(LabelForm form, Slice first, char between, Slice second) {
    int length = Math.min(second.length(), MAX_RAW_BYTES);
    int firstLength = Math.min(first.length(), MAX_RAW_BYTES);
    key.number(code(form)).number(firstLength + 1L + length);
    key.raw(first.array(), first.start(), first.start() + firstLength)
        .raw(new byte[] {(byte) between}, 0, 1);
    key.raw(second.array(), second.start(), second.start() + length);
    given++;
    return this;
  }

  SeriesTable label(byte[] buf, int start, int end) {
    return label(LabelForm.AS_IS, buf, start, end);
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

  /** What is added to the series with the labels given. */
  Tally tally() {
    if (given != metric.labels().size()) {
      throw new IllegalStateException(metric.name() + ": given " + given + " labels");
    }
    Known known = byText.get(key.array(), 0, key.size());
    if (known == null) {
      known = seenFirst();
    }
    Tally tally = known.tally;
    if (tally == null) {
      tally = tallies.touch(place, known);
      known.tally = tally;
    }
    return tally;
  }

  /** How many series are remembered, at most. */
  int size() {
    return byText.size();
  }

  long keyBytes() {
    return byText.keyBytes() + byLabels.keyBytes();
  }

  /** Forgets all series. None may have a tally. */
  void clear() {
    byText.clear();
    byLabels.clear();
  }

  /** There are two or three. */
  private int code(LabelForm form) {
    for (int i = 0; i < forms.size(); i++) {
      if (forms.get(i) == form) {
        return i;
      }
    }
    forms.add(form);
    return forms.size() - 1;
  }

  /** Several texts of the input may become the same series. */
  private Known seenFirst() {
    byte[] raw = key.toBytes();
    Unpacker in = new Unpacker(raw);
    Packer packed = new Packer().number(in.number()); // the service
    LabelTexts.Text[] labels = new LabelTexts.Text[metric.labels().size()];
    for (int i = 0; i < labels.length; i++) {
      String value = forms.get((int) in.number()).of(in.text());
      boolean open = metric.labels().get(i).open();
      labels[i] = texts.of(open ? cut(value, maxLabelLength) : value);
      packed.bytes(labels[i].bytes());
    }
    byte[] formed = packed.toBytes();
    Known known = byLabels.get(formed, 0, formed.length);
    if (known == null) {
      known = new Known(tallies.nextSeries(), labels);
      byLabels.put(formed, known);
    }
    byText.put(raw, known);
    return known;
  }

  /** Never inside a pair of surrogates. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }
}
