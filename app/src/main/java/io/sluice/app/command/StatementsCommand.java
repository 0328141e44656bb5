package io.sluice.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.app.config.LoadedConfig;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.RankedStatement;
import io.sluice.schemas.StatementRanking;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.statements.StatementReport;
import io.sluice.schemas.statements.StatementReport.Row;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice statements}: which statements of databases take most time. */
@Command(
    name = "statements",
    mixinStandardHelpOptions = true,
    description = {
      "Which shapes of database statements take most time, and which have the slowest calls.",
      "Of each service and kind of database, over the window that"
          + " processors.spanmetrics.statementWindow sets."
    })
public final class StatementsCommand implements Callable<Integer> {

  private static final AvroSerde<StatementRanking> SERDE =
      AvroSerde.of(StatementRanking.getClassSchema());

  private static final double MILLIS_PER_SECOND = 1e3;

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Option(names = "--service", paramLabel = "NAME", description = "Only what one service sends.")
  private @Nullable String service;

  @Option(
      names = "--system",
      paramLabel = "NAME",
      description = "Only what is sent to one kind of database, e.g. postgresql.")
  private @Nullable String system;

  @Mixin private ReportOptions rows = new ReportOptions(20);

  @Override
  public Integer call() throws JsonProcessingException {
    rows.check();
    LoadedConfig loaded = options.load();
    if (options.printed(loaded)) {
      return 0;
    }
    StatementReport report = read(ConfigOptions.connection(loaded));
    if (rows.json()) {
      ReportOptions.print(report.json(service, system, rows.limit()), System.out);
    } else {
      print(report, System.out);
    }
    return 0;
  }

  private static StatementReport read(KafkaConnection connection) {
    StatementReport report = new StatementReport();
    TopicScan.read(
        connection,
        Topics.STATEMENTS,
        TopicScan.readable(
            record -> {
              if (record.key() != null) {
                report.put(
                    new String(record.key(), StandardCharsets.UTF_8),
                    record.value() == null ? null : SERDE.decode(record.value()));
              }
            }));
    return report;
  }

  private void print(StatementReport report, PrintStream out) {
    List<StatementRanking> databases = report.databases(service, system);
    out.printf("Databases that services wait for: %d%n", databases.size());
    if (databases.isEmpty()) {
      return;
    }
    TextTable waits =
        new TextTable("TIME", "CALLS", "ERRORS", "SHAPES", "SERVICE", "SYSTEM", "FROM", "TO");
    for (StatementRanking each : rows.limited(databases)) {
      waits.row(
          seconds(each.getSeconds()),
          Math.round(each.getCalls()),
          Math.round(each.getErrors()),
          each.getShapeCount(),
          each.getService(),
          each.getDbSystem(),
          time(each.getStartTimeUnixNano()),
          time(each.getTimeUnixNano()));
    }
    waits.print(out);
    rows.more(databases, out);
    out.printf("%nStatements that take most time%n");
    print(report.mostTime(service, system), out);
    out.printf("%nStatements with the slowest calls%n");
    print(report.slowest(service, system), out);
  }

  private void print(List<Row> statements, PrintStream out) {
    TextTable table =
        new TextTable(
            "TIME",
            "SHARE",
            "CALLS",
            "ERRORS",
            "P95",
            "SLOWEST",
            "ITS TRACE",
            "SERVICE",
            "SYSTEM",
            "STATEMENT");
    for (Row row : rows.limited(statements)) {
      RankedStatement calls = row.calls();
      String trace = row.slowestTrace();
      table.row(
          seconds(calls.getSeconds()),
          String.format(Locale.ROOT, "%.1f %%", row.share() * 100),
          Math.round(calls.getCalls()),
          Math.round(calls.getErrors()),
          millis(calls.getP95Seconds()),
          millis(calls.getSlowestSeconds()),
          trace == null ? "" : trace,
          row.database().getService(),
          row.database().getDbSystem(),
          calls.getDigest().isEmpty() ? "(no statement)" : calls.getStatement());
    }
    table.print(out);
    rows.more(statements, out);
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f s", seconds);
  }

  private static String millis(double seconds) {
    return String.format(Locale.ROOT, "%.1f ms", seconds * MILLIS_PER_SECOND);
  }

  private static Instant time(long nanos) {
    return Instant.ofEpochSecond(0, nanos).truncatedTo(ChronoUnit.SECONDS);
  }
}
