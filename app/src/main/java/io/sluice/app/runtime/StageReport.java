package io.sluice.app.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.stage.StageMeters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What went through each stage, from its metrics.
 *
 * @param dead records refused or written to dead letters
 * @param lag records that wait in the input topics
 */
public record StageReport(String stage, long in, long out, long dead, long lag) {

  /** A report for each stage of the process. */
  public static List<StageReport> of(MeterRegistry meters, List<String> stages) {
    List<StageReport> reports = new ArrayList<>();
    for (String stage : stages) {
      reports.add(
          new StageReport(
              stage,
              count(meters, stage, "in"),
              count(meters, stage, "out"),
              dead(meters, stage),
              lag(meters, stage)));
    }
    return reports;
  }

  /** A table for people. */
  public static String table(List<StageReport> reports) {
    StringBuilder table = new StringBuilder();
    table.append(String.format("%-16s %10s %10s %6s %6s%n", "stage", "in", "out", "dead", "lag"));
    for (StageReport report : reports) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-16s %10d %10d %6d %6d%n",
              report.stage,
              report.in,
              report.out,
              report.dead,
              report.lag));
    }
    return table.toString();
  }

  private static long count(MeterRegistry meters, String stage, String direction) {
    Counter counter =
        meters.find(StageMeters.RECORDS).tags("stage", stage, "direction", direction).counter();
    return counter == null ? 0 : (long) counter.count();
  }

  private static long dead(MeterRegistry meters, String stage) {
    return (long)
        meters.find(StageMeters.DEAD).tags("stage", stage).counters().stream()
            .mapToDouble(Counter::count)
            .sum();
  }

  private static long lag(MeterRegistry meters, String stage) {
    Gauge gauge = meters.find(StageMeters.LAG).tags("stage", stage).gauge();
    return gauge == null ? 0 : (long) gauge.value();
  }
}
