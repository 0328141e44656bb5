package io.sluice.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.InvalidInputException;
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
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
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

  /** Whatever letters the terminal has. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

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

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Rows of each list. Default: ${DEFAULT-VALUE}.")
  private int limit = 50;

  @Option(names = "--json", description = "One JSON object instead of tables.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    Duration asked = asked();
    if (limit < 1) {
      throw new IllegalArgumentException("--limit: expected at least 1, got " + limit);
    }
    LoadedConfig loaded = options.load(Processors.load());
    if (options.printed(loaded)) {
      return 0;
    }
    LedgerReport report = read(ConfigOptions.connection(loaded), asked, Instant.now());
    if (json) {
      System.out.println(
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report.json(limit)));
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
        record -> {
          Redaction entry = entry(record);
          if (entry == null) {
            return;
          }
          Duration ago = Duration.between(end(entry), now);
          if (ago.compareTo(asked) < 0) {
            counted.add(entry);
          }
          if (ago.compareTo(LedgerReport.NEW) < 0) {
            lastDay.add(entry);
          } else if (ago.compareTo(LedgerWeek.KEPT) < 0) {
            before.add(entry);
          }
        });
    return LedgerReport.of(counted, lastDay, before, RedactedPlace.matching(service, rule));
  }

  private static @Nullable Redaction entry(ConsumerRecord<byte[], byte[]> record) {
    try {
      return record.value() == null ? null : SERDE.decode(record.value());
    } catch (InvalidInputException e) {
      System.err.printf(
          "sluice: passed over an unreadable record %s-%d@%d: %s%n",
          record.topic(), record.partition(), record.offset(), e.getMessage());
      return null;
    }
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
      limited(report.places()).forEach(each -> table.row(place(each)));
      table.print(out);
      more(report.places(), out);
      out.printf("%nServices that leak most%n");
      TextTable services = new TextTable("COUNT", "SERVICE", "RULES", "FIELDS");
      for (ServiceTotal each : limited(report.services())) {
        services.row(each.count(), each.service(), each.rules(), each.fields());
      }
      services.print(out);
      more(report.services(), out);
    }
    out.printf(
        "%nNew since yesterday: %d%s%n",
        report.fresh().size(),
        report.knowsBefore() || report.fresh().isEmpty()
            ? ""
            : " (the ledger has nothing of the week before, so all is new)");
    if (!report.fresh().isEmpty()) {
      TextTable fresh = new TextTable("FIRST", "COUNT", "RULE", "VERSION", "SERVICE", "FIELD");
      limited(report.fresh()).forEach(each -> fresh.row(newPlace(each)));
      fresh.print(out);
      more(report.fresh(), out);
    }
  }

  private <T> List<T> limited(List<T> all) {
    return all.subList(0, Math.min(limit, all.size()));
  }

  private void more(List<?> all, PrintStream out) {
    if (all.size() > limit) {
      out.printf("  and %d more; --limit shows them%n", all.size() - limit);
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
