package io.sluice.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.app.config.LoadedConfig;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.Topics;
import io.sluice.schemas.ledger.LedgerReport;
import io.sluice.schemas.ledger.LedgerReport.ServiceTotal;
import io.sluice.schemas.ledger.LedgerTotals;
import io.sluice.schemas.ledger.LedgerWeek;
import io.sluice.schemas.ledger.RedactedPlace;
import io.sluice.schemas.ledger.RedactedTotal;
import io.sluice.schemas.settings.DurationText;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice redactions}: what the ledger says. */
@Command(
    name = "redactions",
    mixinStandardHelpOptions = true,
    description = {
      "What is redacted where, which services leak most, and what is new since yesterday.",
      "Never a value: the ledger has none."
    })
public final class RedactionsCommand implements Callable<Integer> {

  private static final AvroSerde<Redaction> SERDE = AvroSerde.of(Redaction.getClassSchema());

  /** Kept apart; a report over more is not read by people. */
  private static final int MAX_PLACES = 100_000;

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      description = "How far back to count, e.g. 10m, 24h or 7d. Default: ${DEFAULT-VALUE}.")
  private String since = "24h";

  @Option(names = "--service", paramLabel = "NAME", description = "Only those of one service.")
  private String service = "";

  @Option(
      names = "--rule",
      paramLabel = "ID",
      description = "Only those of one rule, or of all whose ids begin with ID and a dot.")
  private String rule = "";

  @Mixin private ReportOptions rows = new ReportOptions(50);

  @Override
  public Integer call() throws JsonProcessingException {
    Duration asked = asked();
    rows.check();
    LoadedConfig loaded = options.load();
    if (options.printed(loaded)) {
      return 0;
    }
    LedgerReport report = read(ConfigOptions.connection(loaded), asked, Instant.now());
    if (rows.json()) {
      ReportOptions.print(report.json(rows.limit()), System.out);
    } else {
      print(report, System.out);
    }
    return 0;
  }

  private LedgerReport read(KafkaConnection connection, Duration asked, Instant now) {
    LedgerTotals counted = new LedgerTotals(MAX_PLACES);
    LedgerTotals lastDay = new LedgerTotals(MAX_PLACES);
    LedgerTotals before = new LedgerTotals(MAX_PLACES);
    Duration reach = asked.compareTo(LedgerWeek.KEPT) > 0 ? asked : LedgerWeek.KEPT;
    TopicScan.readSince(
        connection,
        Topics.REDACTIONS,
        now.minus(reach),
        TopicScan.readable(
            record -> {
              if (record.value() == null) {
                return;
              }
              Redaction entry = SERDE.decode(record.value());
              Duration ago = Duration.between(end(entry), now);
              if (ago.compareTo(asked) < 0) {
                counted.add(entry);
              }
              if (ago.compareTo(LedgerReport.NEW) < 0) {
                lastDay.add(entry);
              } else if (ago.compareTo(LedgerWeek.KEPT) < 0) {
                before.add(entry);
              }
            }));
    return LedgerReport.of(counted, lastDay, before, RedactedPlace.matching(service, rule));
  }

  private Duration asked() {
    try {
      return DurationText.parse(since);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--since: " + e.getMessage(), e);
    }
  }

  private void print(LedgerReport report, PrintStream out) {
    long total = report.places().stream().mapToLong(RedactedTotal::count).sum();
    out.printf(
        "Redactions of the last %s: %d in %d places%n", since, total, report.places().size());
    if (!report.places().isEmpty()) {
      TextTable table =
          new TextTable("COUNT", "RULE", "VERSION", "ACTION", "SIGNAL", "SERVICE", "FIELD");
      rows.limited(report.places()).forEach(each -> table.row(place(each)));
      table.print(out);
      rows.more(report.places(), out);
      out.printf("%nServices that leak most%n");
      TextTable services = new TextTable("COUNT", "SERVICE", "RULES", "FIELDS");
      for (ServiceTotal each : rows.limited(report.services())) {
        services.row(each.count(), each.service(), each.rules(), each.fields());
      }
      services.print(out);
      rows.more(report.services(), out);
    }
    out.printf(
        "%nNew since yesterday: %d%s%n",
        report.fresh().size(),
        report.knowsBefore() || report.fresh().isEmpty()
            ? ""
            : " (the ledger has nothing of the week before, so all is new)");
    if (!report.fresh().isEmpty()) {
      TextTable fresh = new TextTable("FIRST", "COUNT", "RULE", "VERSION", "SERVICE", "FIELD");
      rows.limited(report.fresh()).forEach(each -> fresh.row(newPlace(each)));
      fresh.print(out);
      rows.more(report.fresh(), out);
    }
  }

  private static Object[] place(RedactedTotal total) {
    return new Object[] {
      total.count(),
      total.place().ruleId(),
      total.rulesVersion(),
      total.place().action(),
      total.place().signal(),
      total.place().service(),
      total.place().fieldPath()
    };
  }

  private static Object[] newPlace(RedactedTotal total) {
    return new Object[] {
      instant(total.firstNanos()).truncatedTo(ChronoUnit.SECONDS),
      total.count(),
      total.place().ruleId(),
      total.rulesVersion(),
      total.place().service(),
      total.place().fieldPath()
    };
  }

  private static Instant end(Redaction entry) {
    return instant(entry.getWindowStartUnixNano() + entry.getWindowLengthNanos());
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }
}
