package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
  private final LabelTexts texts;
  private final ByteTable<Tally> byText = new ByteTable<>();
  private final Map<List<String>, Tally> byLabels = new HashMap<>();
  private final List<Tally> touched = new ArrayList<>();
  private final List<LabelForm> forms = new ArrayList<>();
  private final Packer key = new Packer();
  private int given;

  SeriesTable(Metric metric, int maxLabelLength, LabelTexts texts) {
    this.metric = metric;
    this.maxLabelLength = maxLabelLength;
    this.texts = texts;
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

  /** What the batch adds to the series with the labels given. */
  Tally tally() {
    if (given != metric.labels().size()) {
      throw new IllegalStateException(metric.name() + ": given " + given + " labels");
    }
    Tally tally = byText.get(key.array(), 0, key.size());
    if (tally == null) {
      tally = seenFirst();
    }
    if (tally.touch()) {
      touched.add(tally);
    }
    return tally;
  }

  /** What was touched since the last drain. */
  List<Tally> touched() {
    return touched;
  }

  /** All that was touched is drained. */
  void drained() {
    touched.clear();
    if (byText.size() > MAX_KEYS || byText.keyBytes() > MAX_KEY_BYTES) {
      byText.clear();
      byLabels.clear();
    }
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
  private Tally seenFirst() {
    byte[] raw = key.toBytes();
    List<String> labels = formed(raw);
    Tally tally =
        byLabels.computeIfAbsent(
            labels,
            values ->
                new Tally(
                    metric.aggregation(),
                    values.stream().map(texts::of).toArray(LabelTexts.Text[]::new)));
    byText.put(raw, tally);
    return tally;
  }

  private List<String> formed(byte[] raw) {
    Unpacker in = new Unpacker(raw);
    List<String> labels = new ArrayList<>(metric.labels().size());
    for (Label label : metric.labels()) {
      String value = forms.get((int) in.number()).of(in.text());
      labels.add(label.open() ? cut(value, maxLabelLength) : value);
    }
    return labels;
  }

  /** Never inside a pair of surrogates. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }
}
