package io.sluice.schemas;

import java.util.Map;
import java.util.TreeMap;

/** What tells a series from every other: the key of its points on {@code sluice.series}. */
public final class SeriesIdentity {

  private SeriesIdentity() {}

  /** Name and sorted labels, as Prometheus writes them. */
  public static String of(SeriesPoint point) {
    StringBuilder identity = new StringBuilder(point.getName()).append('{');
    String separator = "";
    for (Map.Entry<String, String> label : new TreeMap<>(point.getLabels()).entrySet()) {
      String value = label.getValue().replace("\\", "\\\\").replace("\"", "\\\"");
      identity.append(separator).append(label.getKey()).append("=\"").append(value).append('"');
      separator = ",";
    }
    return identity.append('}').toString();
  }
}
