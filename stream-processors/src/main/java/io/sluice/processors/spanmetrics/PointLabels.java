package io.sluice.processors.spanmetrics;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.ResourceView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The labels of a point that a producer sent: {@code job} and {@code instance} of its resource, and
 * its attributes. Attributes without a scalar value are left out.
 */
final class PointLabels {

  /** What a point with more is: a mistake. */
  static final int MAX_ATTRIBUTES = 128;

  /** As long as the name of a metric: it becomes part of what tells one from another. */
  private static final int MAX_KEY = 255;

  private static final Set<String> IDENTITY = Set.of("job", "instance");

  /** What is taken for the instance, the best first. */
  private static final List<String> INSTANCE =
      List.of("service.instance.id", "k8s.pod.name", "host.name");

  /** These are job, instance and service. */
  private static final Set<String> TOLD_BY_OTHERS =
      Set.of("service_name", "service_namespace", "service_instance_id");

  private final String job;
  private final String instance;
  private final byte[] producer;

  /** Reads what all points of the resource have in common. */
  PointLabels(ResourceView of) {
    AttributesView attributes = of.attributes();
    String namespace = attributes.text("service.namespace");
    String name = of.serviceName();
    job = namespace == null || namespace.isEmpty() ? name : namespace + "/" + name;
    instance = attributes.firstText(INSTANCE);
    producer = of.producer().toBytes();
  }

  /** What tells one producer from another. */
  byte[] producer() {
    return producer;
  }

  /**
   * What else is known of the resource: its attributes, for a series that others can be joined
   * with. Empty when there are none, or too many.
   */
  Map<String, String> info(ResourceView of) {
    try {
      Map<String, String> labels = of(of.attributes());
      TOLD_BY_OTHERS.forEach(labels::remove);
      return IDENTITY.containsAll(labels.keySet()) ? Map.of() : labels;
    } catch (InvalidInputException e) {
      if (e.reason() == Reason.MALFORMED) {
        throw e;
      }
      return Map.of();
    }
  }

  /**
   * The labels of a point, sorted by name. Values of attributes that become the same label are
   * joined, in the order of their keys.
   *
   * @throws InvalidInputException TOO_LARGE, with too many attributes or too long a key
   */
  Map<String, String> of(AttributesView attributes) {
    List<String[]> entries = new ArrayList<>();
    attributes.forEach(
        (key, value) -> {
          if (entries.size() == MAX_ATTRIBUTES) {
            throw new InvalidInputException(
                Reason.TOO_LARGE, "a point with more than " + MAX_ATTRIBUTES + " attributes");
          }
          if (key.length() > MAX_KEY) {
            throw new InvalidInputException(
                Reason.TOO_LARGE,
                "an attribute with a key of more than " + MAX_KEY + " characters");
          }
          String text = value.scalarText();
          if (text != null && !key.isEmpty()) {
            entries.add(new String[] {key, text});
          }
        });
    String[][] sorted = entries.toArray(String[][]::new);
    Arrays.sort(sorted, (one, other) -> one[0].compareTo(other[0]));
    Map<String, String> labels = new TreeMap<>();
    String before = null;
    for (String[] entry : sorted) {
      if (!entry[0].equals(before)) { // of the same key twice the first holds
        labels.merge(PrometheusNames.label(entry[0]), entry[1], (one, more) -> one + ";" + more);
      }
      before = entry[0];
    }
    labels.put("job", job);
    if (!instance.isEmpty()) {
      labels.put("instance", instance);
    }
    return labels;
  }
}
