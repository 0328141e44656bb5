package io.sluice.schemas.definitions;

import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.Problem;
import io.sluice.schemas.settings.YamlDocument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses metrics that Sluice does not have, before their {@code spec} is read as if it were
 * Sluice's: one sentence about the source, and not one about each of its keys.
 */
final class MetricSources {

  private static final List<String> METRICS =
      List.of("ratioMetric.good", "ratioMetric.bad", "ratioMetric.total", "thresholdMetric");

  private final NamedDocuments<OpenSlo.DataSourceSpec> dataSources;

  MetricSources(ProblemList problems) {
    this.dataSources = new NamedDocuments<>("DataSource", problems);
  }

  /** Reads a document of kind DataSource. */
  void add(YamlDocument document) {
    dataSources.add(
        document,
        () -> {
          String type = document.text("spec.type");
          if (type != null && !type.equals(SliSource.TYPE)) {
            throw new ConfigurationException(
                List.of(document.problem("spec.type", expected(type))));
          }
          return document.bind(OpenSlo.DataSourceDocument.class).spec();
        });
  }

  /**
   * Looks at the metrics of an indicator.
   *
   * @param indicator path of the indicator's spec
   * @throws ConfigurationException when one is not Sluice's
   */
  void check(YamlDocument document, String indicator) {
    List<Problem> found = new ArrayList<>();
    String ratio = indicator + ".ratioMetric";
    if (document.keys(ratio).contains("raw")) {
      String sentence =
          "expected good or bad, and total: shares cannot be added up to those of longer windows";
      found.add(document.problem(ratio + ".raw", sentence));
    }
    for (String metric : METRICS) {
      String path = indicator + "." + metric + ".metricSource";
      if (!document.keys(path).isEmpty()) {
        Problem problem = problem(document, path);
        if (problem != null) {
          found.add(problem);
        }
      }
    }
    if (!found.isEmpty()) {
      throw new ConfigurationException(found);
    }
  }

  private @Nullable Problem problem(YamlDocument document, String path) {
    String type = document.text(path + ".type");
    String ref = document.text(path + ".metricSourceRef");
    if (type != null && !type.equals(SliSource.TYPE)) {
      return document.problem(path + ".type", expected(type));
    }
    if (ref != null) {
      dataSources.find(document, path + ".metricSourceRef", ref);
    }
    return type == null && ref == null
        ? document.problem(path, "expected type: sluice, or a metricSourceRef")
        : null;
  }

  private static String expected(String type) {
    return "expected sluice, got " + type + ": SLIs are counted from what is in Kafka";
  }
}
