package io.sluice.processors.spanmetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.SeriesPoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DemandTest {

  private static final Metric METRIC =
      Metric.counter("m", "1", "", Label.open("path"), Label.open("user"), Label.closed("ok"));
  private static final SeriesLimits.Most MOST = new SeriesLimits.Most(100, 50, 40, 30, 20);

  @Test
  void estimatesSeriesValuesAndSeriesWithoutALabel() {
    Demand demand = new Demand("a", "m");
    for (int user = 0; user < 5000; user++) {
      demand.add(key("/p" + user % 7, "u" + user, user % 2));
    }

    Map<String, Double> numbers = numbers(demand);
    assertThat(numbers.get("demand ")).isCloseTo(5000, within(300d));
    assertThat(numbers.get("demand user")).isCloseTo(5000, within(300d));
    assertThat(numbers.get("demand path")).isEqualTo(7);
    assertThat(numbers.get("series_without_label user")).isEqualTo(14);
    assertThat(numbers.get("series_without_label path")).isCloseTo(5000, within(300d));
    assertThat(numbers.get("limit ")).isEqualTo(40);
    assertThat(numbers.get("limit user")).isEqualTo(30);
    assertThat(numbers).doesNotContainKey("demand ok");
  }

  @Test
  void countsTheSameSeriesOnce() {
    Demand demand = new Demand("a", "m");
    for (int i = 0; i < 1000; i++) {
      demand.add(key("/p", "u" + i % 3, 0));
    }
    assertThat(numbers(demand)).containsEntry("demand ", 3d).containsEntry("demand user", 3d);
  }

  @Test
  void tellsValuesOfDifferentLabelsApart() {
    Demand demand = new Demand("a", "m");
    demand.add(key("x", "y", 0));
    demand.add(key("y", "x", 0));
    assertThat(numbers(demand)).containsEntry("demand ", 2d);
  }

  @Test
  void goesOnFromTheStore() {
    Demand demand = new Demand("a", "m");
    demand.add(key("/p", "u1", 0));
    demand.rotate();
    demand.add(key("/p", "u2", 0));
    Demand again = Objects.requireNonNull(Demand.unpack(demand.key(), demand.pack()));
    again.add(key("/p", "u3", 0));

    assertThat(numbers(again)).containsEntry("demand ", 3d).containsEntry("demand user", 3d);
    again.rotate();
    assertThat(numbers(again)).containsEntry("demand ", 2d);
    assertThat(again.isOver()).isFalse();
    again.rotate();
    assertThat(again.isOver()).isTrue();
  }

  private static SeriesKey key(String path, String user, int ok) {
    return new SeriesKey("a", METRIC, List.of(path, user, Integer.toString(ok)));
  }

  private static Map<String, Double> numbers(Demand demand) {
    Map<String, Double> numbers = new HashMap<>();
    for (SeriesPoint point : demand.points(MOST, 1)) {
      numbers.put(
          point.getName().replace("sluice_cardinality_", "") + " " + point.getLabels().get("label"),
          point.getValue());
    }
    return numbers;
  }
}
