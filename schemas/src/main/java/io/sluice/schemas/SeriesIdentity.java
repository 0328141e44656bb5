package io.sluice.schemas;

import java.util.Map;
import java.util.TreeMap;

/** What tells a series from every other: the key of its points on {@code sluice.series}. */
public final class SeriesIdentity {

  private SeriesIdentity() {}

  /** Name and sorted labels, as Prometheus writes them. */
  public static String of(SeriesPoint point) {
    return of(point.getName(), point.getLabels());
  }

  /** The same of a series that there is no point of. */
  public static String of(String name, Map<String, String> labels) {
    StringBuilder identity = new StringBuilder(name).append('{');
    String separator = "";
    for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
      String value = label.getValue().replace("\\", "\\\\").replace("\"", "\\\"");
      identity.append(separator).append(label.getKey()).append("=\"").append(value).append('"');
      separator = ",";
    }
    return identity.append('}').toString();
  }
}
