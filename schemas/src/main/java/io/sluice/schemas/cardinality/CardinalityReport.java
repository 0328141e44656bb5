package io.sluice.schemas.cardinality;

import io.sluice.schemas.SeriesPoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which metrics and labels ask for most, demand against limit, and which label to drop. Told of the
 * points of {@code sluice.series} in their order; those of other metrics are passed over. Not safe
 * for use by several threads.
 */
public final class CardinalityReport {

  /** Series that come in, or values of a label; the limits hold or not. */
  public static final String DEMAND = "sluice_cardinality_demand";

  /** How many there may be. */
  public static final String LIMIT = "sluice_cardinality_limit";

  /** Series that there would be without the label. */
  public static final String WITHOUT = "sluice_cardinality_series_without_label";

  private record Place(String service, String metric, String label) {}

  private static final class Numbers {
    private long demand;
    private long limit;
    private long without;
  }

  /**
   * What a service asks for with a metric.
   *
   * @param label the label that it is about; empty when about all series
   * @param demand how many series, or values of the label; estimated
   * @param limit how many it may have
   * @param seriesWithout of a label: how many series there would be without it; else the same as
   *     the demand
   */
  public record Row(
      String service, String metric, String label, long demand, long limit, long seriesWithout) {

    /** Whether more is asked for than may be. */
    public boolean isOver() {
      return demand > limit;
    }
  }

  /**
   * The label without which a metric has fewest series.
   *
   * @param series that are asked for
   * @param seriesWithout that there would be
   */
  public record Advice(
      String service, String metric, String label, long series, long seriesWithout) {}

  private static final Comparator<Row> MOST_FIRST =
      Comparator.comparingLong(Row::demand)
          .reversed()
          .thenComparing(Row::service)
          .thenComparing(Row::metric)
          .thenComparing(Row::label);

  private final Map<Place, Numbers> places = new HashMap<>();

  /** Forgets everything, to be told anew. */
  public void clear() {
    places.clear();
  }

  /**
   * Whether a series is any of the report's.
   *
   * @param key of its record, which begins with its name: nothing else need be decoded
   */
  public static boolean isAbout(byte @Nullable [] key) {
    String series = key == null ? "" : new String(key, StandardCharsets.UTF_8);
    return isAbout(series.substring(0, Math.max(0, series.indexOf('{'))));
  }

  private static boolean isAbout(String name) {
    return name.equals(DEMAND) || name.equals(LIMIT) || name.equals(WITHOUT);
  }

  /** Takes a point over; the last one of a series holds. */
  public void add(SeriesPoint point) {
    if (!isAbout(point.getName())) {
      return;
    }
    Map<String, String> labels = point.getLabels();
    Place place =
        new Place(
            labels.getOrDefault("service", ""),
            labels.getOrDefault("metric", ""),
            labels.getOrDefault("label", ""));
    if (point.getStale()) {
      places.remove(place);
      return;
    }
    Numbers numbers = places.computeIfAbsent(place, none -> new Numbers());
    long value = Math.round(point.getValue());
    switch (point.getName()) {
      case DEMAND -> numbers.demand = value;
      case LIMIT -> numbers.limit = value;
      default -> numbers.without = value;
    }
  }

  /**
   * Metrics, the one with most series first.
   *
   * @param service only of this one; null for all
   */
  public List<Row> metrics(@Nullable String service) {
    return rows(service, false);
  }

  /** Labels, the one with most values first. */
  public List<Row> labels(@Nullable String service) {
    return rows(service, true);
  }

  /** What to drop where more is asked for than may be: the label that most series hang on. */
  public List<Advice> drop(@Nullable String service) {
    Map<Place, Row> over = new LinkedHashMap<>();
    for (Row metric : metrics(service)) {
      if (metric.isOver()) {
        over.put(new Place(metric.service, metric.metric, ""), metric);
      }
    }
    List<Row> labels = new ArrayList<>(labels(service));
    for (Row label : labels) {
      Row metric = row(new Place(label.service, label.metric, ""));
      if (label.isOver() && metric != null) {
        over.putIfAbsent(new Place(label.service, label.metric, ""), metric);
      }
    }
    labels.sort(Comparator.comparingLong(Row::seriesWithout).thenComparing(Row::label));
    List<Advice> advice = new ArrayList<>();
    over.forEach(
        (place, metric) ->
            labels.stream()
                .filter(label -> label.service.equals(place.service))
                .filter(label -> label.metric.equals(place.metric))
                .findFirst()
                .ifPresent(
                    label ->
                        advice.add(
                            new Advice(
                                place.service,
                                place.metric,
                                label.label,
                                metric.demand,
                                label.seriesWithout))));
    return advice;
  }

  /**
   * The report as JSON objects.
   *
   * @param limit of each list
   */
  public Map<String, Object> json(@Nullable String service, int limit) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(
        "metrics", metrics(service).stream().limit(limit).map(CardinalityReport::json).toList());
    json.put("labels", labels(service).stream().limit(limit).map(CardinalityReport::json).toList());
    json.put("drop", drop(service).stream().limit(limit).map(CardinalityReport::json).toList());
    return json;
  }

  private static Map<String, Object> json(Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", row.service);
    json.put("metric", row.metric);
    if (!row.label.isEmpty()) {
      json.put("label", row.label);
      json.put("seriesWithout", row.seriesWithout);
    }
    json.put("demand", row.demand);
    json.put("limit", row.limit);
    return json;
  }

  private static Map<String, Object> json(Advice advice) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", advice.service);
    json.put("metric", advice.metric);
    json.put("label", advice.label);
    json.put("series", advice.series);
    json.put("seriesWithout", advice.seriesWithout);
    return json;
  }

  private List<Row> rows(@Nullable String service, boolean ofLabels) {
    List<Row> rows = new ArrayList<>();
    for (Place place : places.keySet()) {
      Row row = row(place);
      boolean wanted = service == null || service.equals(place.service);
      if (row != null && wanted && place.label.isEmpty() != ofLabels) {
        rows.add(row);
      }
    }
    rows.sort(MOST_FIRST);
    return rows;
  }

  private @Nullable Row row(Place place) {
    Numbers numbers = places.get(place);
    return numbers == null
        ? null
        : new Row(
            place.service,
            place.metric,
            place.label,
            numbers.demand,
            numbers.limit,
            place.label.isEmpty() ? numbers.demand : numbers.without);
  }
}
