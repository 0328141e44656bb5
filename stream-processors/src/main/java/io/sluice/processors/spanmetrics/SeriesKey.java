package io.sluice.processors.spanmetrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What tells a series from all others: its service, its metric with the names of the labels, and
 * their values.
 *
 * @param values in the order of the metric's labels
 */
record SeriesKey(String service, Metric metric, List<String> values) {

  /** Stands for all values beyond a limit. */
  static final String OVERFLOW = "__overflow__";

  SeriesKey {
    values = List.copyOf(values);
  }

  /** The key in the store. Those of a service are together. */
  byte[] pack() {
    Packer out = new Packer().text(service).text(metric.name());
    out.number(metric.aggregation().code()).number(values.size());
    metric.labels().forEach(label -> out.text(label.name()));
    values.forEach(out::text);
    return out.toBytes();
  }

  /** What a key in the store does not say. */
  void packRest(Packer out) {
    Definition.packRest(metric, out);
  }

  /**
   * Reads a key.
   *
   * @param rest what {@link #packRest} wrote
   */
  static SeriesKey unpack(byte[] packed, Unpacker rest) {
    Unpacker in = new Unpacker(packed);
    String service = in.text();
    String name = in.text();
    in.number(); // the aggregation, which the rest says too
    int size = in.length();
    List<String> labels = texts(in, size);
    return new SeriesKey(service, Definition.unpackRest(name, labels, rest), texts(in, size));
  }

  /** The series of the same metric and service with other values. */
  SeriesKey with(List<String> others) {
    return others.equals(values) ? this : new SeriesKey(service, metric, others);
  }

  /** The series that takes what no other may: every open label says so. */
  SeriesKey overflow() {
    List<String> folded = new ArrayList<>(values);
    for (int i = 0; i < folded.size(); i++) {
      if (metric.labels().get(i).open()) {
        folded.set(i, OVERFLOW);
      }
    }
    return with(folded);
  }

  /** Whether it is such a series. One without open labels is. */
  boolean isOverflow() {
    for (int i = 0; i < values.size(); i++) {
      if (metric.labels().get(i).open() && !values.get(i).equals(OVERFLOW)) {
        return false;
      }
    }
    return true;
  }

  Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(metric.owner(), service);
    for (int i = 0; i < values.size(); i++) {
      labels.put(metric.labels().get(i).name(), values.get(i));
    }
    return labels;
  }

  private static List<String> texts(Unpacker in, int size) {
    String[] texts = new String[size];
    for (int i = 0; i < size; i++) {
      texts[i] = in.text();
    }
    return Arrays.asList(texts);
  }
}
