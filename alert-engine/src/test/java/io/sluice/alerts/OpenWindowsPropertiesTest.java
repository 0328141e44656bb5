package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OpenWindowsPropertiesTest {

  private static final AvroSerde<SloBudget> BUDGETS = AvroSerde.of(SloBudget.getClassSchema());
  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final DefinitionSet SLOS = set(1, slo(SLO).page(5, "1m", "20s", "0s"));

  /** Budgets, series and counters are of windows that are over, once each. */
  @Property(tries = 20)
  void changesNoBudgetAndNoSeries(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 100) Integer> bad) {
    assertThat(reports(bad, true)).isEqualTo(reports(bad, false));
  }

  private static List<Object> reports(List<Integer> bad, boolean tellsOpen) {
    List<Object> told = new ArrayList<>();
    try (AlertsDriver alerts = AlertsDriver.start(SLOS)) {
      for (int i = 0; i < bad.size(); i++) {
        long second = i * 10L;
        if (tellsOpen) {
          alerts.waitUntil(second + 4).send(revision(-1, window(second, 50, bad.get(i) / 2)));
        }
        alerts.waitUntil(second + 8);
        alerts.play(window(second, 100, bad.get(i)));
      }
      alerts.waitUntil(bad.size() * 10L + 30);
      told.addAll(alerts.stage().read(Topics.BUDGETS, BUDGETS));
      alerts.stage().read(Topics.SERIES).stream()
          .filter(record -> record.value() != null) // of an alert that is over
          .map(record -> SERIES.decode(record.value()))
          .filter(point -> !point.getName().equals("sluice_alert_firing"))
          .forEach(told::add);
      assertThat(told).isNotEmpty();
    }
    return told;
  }
}
