package io.sluice.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.app.config.LoadedConfig;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import io.sluice.schemas.cardinality.CardinalityReport;
import io.sluice.schemas.cardinality.CardinalityReport.Advice;
import io.sluice.schemas.cardinality.CardinalityReport.Row;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice cardinality}: who asks for how many series. */
@Command(
    name = "cardinality",
    mixinStandardHelpOptions = true,
    description = {
      "Which metrics and labels ask for most series, demand against limit, and which label to drop.",
      "Demand is what came in within the last hours, estimated, whether the limits let it or not."
    })
public final class CardinalityCommand implements Callable<Integer> {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Option(names = "--service", paramLabel = "NAME", description = "Only what one service asks for.")
  private @Nullable String service;

  @Mixin private ReportOptions rows = new ReportOptions(20);

  @Override
  public Integer call() throws JsonProcessingException {
    rows.check();
    LoadedConfig loaded = options.load();
    if (options.printed(loaded)) {
      return 0;
    }
    CardinalityReport report = read(ConfigOptions.connection(loaded));
    if (rows.json()) {
      ReportOptions.print(report.json(service, rows.limit()), System.out);
    } else {
      print(report, System.out);
    }
    return 0;
  }

  private static CardinalityReport read(KafkaConnection connection) {
    CardinalityReport report = new CardinalityReport();
    TopicScan.read(
        connection,
        Topics.SERIES,
        TopicScan.readable(
            record -> {
              // A last point went before a tombstone.
              if (record.value() != null && CardinalityReport.isAbout(record.key())) {
                report.add(SERDE.decode(record.value()));
              }
            }));
    return report;
  }

  private void print(CardinalityReport report, PrintStream out) {
    List<Row> metrics = report.metrics(service);
    out.printf("Series that metrics ask for, by service: %d%n", metrics.size());
    if (metrics.isEmpty()) {
      return;
    }
    TextTable series = new TextTable("SERIES", "LIMIT", "OVER", "SERVICE", "METRIC");
    rows.limited(metrics)
        .forEach(
            row -> series.row(row.demand(), row.limit(), over(row), row.service(), row.metric()));
    series.print(out);
    rows.more(metrics, out);
    List<Row> labels = report.labels(service);
    out.printf("%nValues that labels ask for: %d%n", labels.size());
    TextTable values =
        new TextTable("VALUES", "LIMIT", "OVER", "SERVICE", "METRIC", "LABEL", "SERIES WITHOUT");
    rows.limited(labels)
        .forEach(
            row ->
                values.row(
                    row.demand(),
                    row.limit(),
                    over(row),
                    row.service(),
                    row.metric(),
                    row.label(),
                    row.seriesWithout()));
    values.print(out);
    rows.more(labels, out);
    advise(report.drop(service), out);
  }

  private void advise(List<Advice> advice, PrintStream out) {
    if (advice.isEmpty()) {
      out.printf("%nNothing is over its limit.%n");
      return;
    }
    out.printf("%nOver a limit; fewest series remain without this label%n");
    TextTable drop = new TextTable("SERIES", "WITHOUT", "SERVICE", "METRIC", "LABEL");
    rows.limited(advice)
        .forEach(
            each ->
                drop.row(
                    each.series(),
                    each.seriesWithout(),
                    each.service(),
                    each.metric(),
                    each.label()));
    drop.print(out);
    rows.more(advice, out);
  }

  private static String over(Row row) {
    return row.isOver() ? "yes" : "";
  }
}
