package io.sluice.processors.spanmetrics;

import io.sluice.schemas.Exemplar;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The cumulative state of one set of labels, kept as the point of its latency histogram; the call
 * counter is the histogram's count.
 */
final class SpanSeries {

  static final String LATENCY = "traces_spanmetrics_latency";
  static final String CALLS = "traces_spanmetrics_calls_total";

  private static final int MAX_EXEMPLARS = 10;

  private SpanSeries() {}

  /**
   * The state after a partial was added.
   *
   * @param startNanos when counting began, for a series that is new
   */
  static SeriesPoint add(SeriesPoint partial, Map<String, String> labels, long startNanos) {
    return SeriesPoint.newBuilder(partial)
        .setLabels(labels)
        .setHelp("Duration of spans in seconds.")
        .setStartTimeUnixNano(startNanos)
        .build();
  }

  /** The state after a partial was added to one that was there. */
  static SeriesPoint add(SeriesPoint partial, SeriesPoint state) {
    MergeableHistogram durations = new MergeableHistogram(histogram(state));
    durations.merge(new MergeableHistogram(histogram(partial)));
    List<Exemplar> exemplars = new ArrayList<>(state.getExemplars());
    exemplars.addAll(partial.getExemplars());
    int drop = Math.max(0, exemplars.size() - MAX_EXEMPLARS);
    return SeriesPoint.newBuilder(state)
        .setTimeUnixNano(Math.max(state.getTimeUnixNano(), partial.getTimeUnixNano()))
        .setHistogram(durations.toRecord())
        .setExemplars(new ArrayList<>(exemplars.subList(drop, exemplars.size())))
        .build();
  }

  /** The call counter of a state. */
  static SeriesPoint calls(SeriesPoint state) {
    return SeriesPoint.newBuilder()
        .setName(CALLS)
        .setHelp("Number of spans.")
        .setType(SeriesType.COUNTER)
        .setLabels(state.getLabels())
        .setStartTimeUnixNano(state.getStartTimeUnixNano())
        .setTimeUnixNano(state.getTimeUnixNano())
        .setValue((double) histogram(state).getCount())
        .setExemplars(state.getExemplars())
        .build();
  }

  /** Name and sorted labels: the key of a series wherever it goes. */
  static String identity(String name, Map<String, String> labels) {
    StringBuilder identity = new StringBuilder(name).append('{');
    String separator = "";
    for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
      String value = label.getValue().replace("\\", "\\\\").replace("\"", "\\\"");
      identity.append(separator).append(label.getKey()).append("=\"").append(value).append('"');
      separator = ",";
    }
    return identity.append('}').toString();
  }

  private static ExponentialHistogram histogram(SeriesPoint point) {
    ExponentialHistogram histogram = point.getHistogram();
    if (histogram == null) {
      throw new InvalidInputException(Reason.INVALID, "a latency point without its histogram");
    }
    return histogram;
  }
}
