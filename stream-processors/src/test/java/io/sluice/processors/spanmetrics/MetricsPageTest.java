package io.sluice.processors.spanmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsPageTest {

  private static final Path PAGE = Path.of("../docs/metrics.md");

  @Test
  void namesEveryMetricThatThereIsWithItsUnitAndLabelsAndNoOther() throws IOException {
    List<String> expected = new ArrayList<>();
    for (Metric metric : Metrics.all()) {
      expected.add(
          row(
              metric.name(),
              metric.type().name().toLowerCase(Locale.ROOT),
              metric.unit(),
              labels(metric)));
      if (!metric.counter().isEmpty()) {
        expected.add(row(metric.counter(), "counter", "1", "the same"));
      }
    }

    List<String> rows =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.matches("\\| `(traces|sluice|cache|target)_.*"))
            .toList();

    assertThat(rows).containsExactlyElementsOf(expected);
  }

  /** The owner's label is named where it is not the one that all have. */
  private static String labels(Metric metric) {
    Stream<String> owner =
        metric.owner().equals(Metric.SERVICE) ? Stream.empty() : Stream.of(metric.owner());
    return Stream.concat(owner, metric.labels().stream().map(Label::name))
        .map(label -> "`" + label + "`")
        .collect(Collectors.joining(" "));
  }

  private static String row(String name, String type, String unit, String labels) {
    return "| `%s` | %s | %s | %s |".formatted(name, type, unit, labels);
  }
}
