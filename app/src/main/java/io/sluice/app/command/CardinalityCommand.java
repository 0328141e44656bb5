package io.sluice.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import io.sluice.schemas.cardinality.CardinalityReport;
import io.sluice.schemas.cardinality.CardinalityReport.Advice;
import io.sluice.schemas.cardinality.CardinalityReport.Row;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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

  /** Whatever letters the terminal has. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Option(names = "--service", paramLabel = "NAME", description = "Only what one service asks for.")
  private @Nullable String service;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Rows of each list. Default: ${DEFAULT-VALUE}.")
  private int limit = 20;

  @Option(names = "--json", description = "One JSON object instead of tables.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    if (limit < 1) {
      throw new IllegalArgumentException("--limit: expected at least 1, got " + limit);
    }
    LoadedConfig loaded = options.load(Processors.load());
    if (options.printed(loaded)) {
      return 0;
    }
    CardinalityReport report = read(ConfigOptions.connection(loaded));
    if (json) {
      System.out.println(
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report.json(service, limit)));
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
        record -> {
          SeriesPoint point = isAbout(record) ? point(record) : null;
          if (point != null) {
            report.add(point);
          }
        });
    return report;
  }

  /** The key begins with the metric's name: nothing else is decoded. */
  private static boolean isAbout(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return false; // a last point went before a tombstone
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    return CardinalityReport.isAbout(key.substring(0, Math.max(0, key.indexOf('{'))));
  }

  private static @Nullable SeriesPoint point(ConsumerRecord<byte[], byte[]> record) {
    try {
      return SERDE.decode(record.value());
    } catch (InvalidInputException e) {
      System.err.printf(
          "sluice: passed over an unreadable record %s-%d@%d: %s%n",
          record.topic(), record.partition(), record.offset(), e.getMessage());
      return null;
    }
  }

  private void print(CardinalityReport report, PrintStream out) {
    List<Row> metrics = report.metrics(service);
    out.printf("Series that metrics ask for, by service: %d%n", metrics.size());
    if (metrics.isEmpty()) {
      return;
    }
    TextTable series = new TextTable("SERIES", "LIMIT", "OVER", "SERVICE", "METRIC");
    limited(metrics)
        .forEach(
            row -> series.row(row.demand(), row.limit(), over(row), row.service(), row.metric()));
    series.print(out);
    more(metrics, out);
    List<Row> labels = report.labels(service);
    out.printf("%nValues that labels ask for: %d%n", labels.size());
    TextTable values =
        new TextTable("VALUES", "LIMIT", "OVER", "SERVICE", "METRIC", "LABEL", "SERIES WITHOUT");
    limited(labels)
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
    more(labels, out);
    advise(report.drop(service), out);
  }

  private void advise(List<Advice> advice, PrintStream out) {
    if (advice.isEmpty()) {
      out.printf("%nNothing is over its limit.%n");
      return;
    }
    out.printf("%nOver a limit; fewest series remain without this label%n");
    TextTable drop = new TextTable("SERIES", "WITHOUT", "SERVICE", "METRIC", "LABEL");
    limited(advice)
        .forEach(
            each ->
                drop.row(
                    each.series(),
                    each.seriesWithout(),
                    each.service(),
                    each.metric(),
                    each.label()));
    drop.print(out);
    more(advice, out);
  }

  private static String over(Row row) {
    return row.isOver() ? "yes" : "";
  }

  private <T> List<T> limited(List<T> all) {
    return all.subList(0, Math.min(limit, all.size()));
  }

  private void more(List<?> all, PrintStream out) {
    if (all.size() > limit) {
      out.printf("  and %d more; --limit shows them%n", all.size() - limit);
    }
  }
}
