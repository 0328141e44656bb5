package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.processors.sli.SloPreview;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.settings.DurationText;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice slo explain PATH}: what SLOs would have matched, before they are applied. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Count what SLOs would have matched among what is in Kafka now, with example traces.",
      "Nothing is applied."
    })
final class SloExplainCommand implements Callable<Integer> {

  private static final Duration STEP = Duration.ofSeconds(2);

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Parameters(paramLabel = "PATH", description = "A YAML file, or a directory of them.")
  private Path path = Path.of("");

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      description = "How far back to read, e.g. 10m or 24h. Default: ${DEFAULT-VALUE}.")
  private String since = "1h";

  @Option(
      names = "--max-records",
      paramLabel = "NUMBER",
      description = "Records to read of each topic at most. Default: ${DEFAULT-VALUE}.")
  private long maxRecords = 100_000;

  @Option(
      names = "--max-time",
      paramLabel = "DURATION",
      description = "How long to read at most. Default: ${DEFAULT-VALUE}.")
  private String maxTime = "1m";

  @Override
  public Integer call() {
    Duration reach = duration("--since", since);
    Instant deadline = Instant.now().plus(duration("--max-time", maxTime));
    if (maxRecords < 1) {
      throw new IllegalArgumentException("--max-records: expected at least 1, got " + maxRecords);
    }
    SloPreview preview = new SloPreview(SloCommand.read(path));
    LoadedConfig loaded = options.load();
    if (options.printed(loaded)) {
      return 0;
    }
    Progress progress = new Progress(System.err);
    for (Topic topic : preview.topics()) {
      read(loaded, topic, reach, deadline, preview, progress);
    }
    preview.matches().forEach(match -> print(match, System.out));
    return 0;
  }

  private void read(
      LoadedConfig loaded,
      Topic topic,
      Duration reach,
      Instant deadline,
      SloPreview preview,
      Progress progress) {
    long[] records = new long[1];
    Instant[] said = {Instant.now()};
    boolean whole =
        TopicScan.readSince(
            ConfigOptions.connection(loaded),
            topic,
            Instant.now().minus(reach),
            () -> {
              Instant now = Instant.now();
              if (Duration.between(said[0], now).compareTo(STEP) >= 0) {
                said[0] = now;
                progress.step(topic.name() + ": " + records[0] + " records");
              }
              return records[0] < maxRecords && now.isBefore(deadline);
            },
            TopicScan.readable(
                record -> {
                  records[0]++;
                  if (record.value() != null) {
                    preview.add(topic, record.value());
                  }
                }));
    if (!whole) {
      preview.stopped(topic);
    }
    progress.step(
        topic.name()
            + ": "
            + records[0]
            + " records"
            + (whole ? "" : ", stopped before the end: see --max-records and --max-time"));
  }

  private static void print(SloPreview.Match match, PrintStream out) {
    Slo slo = match.slo();
    Instant first = match.first();
    Instant last = match.last();
    if (first == null || last == null) {
      out.printf("%s: nothing matched; %s%n", slo.id(), match.hint());
      sayWhetherWhole(match, out);
      return;
    }
    out.printf(
        Locale.ROOT,
        "%s: %d of %d events good, %s; the objective is %s%n",
        slo.id(),
        match.good(),
        match.total(),
        share(match.good(), match.total()),
        slo.objectiveText());
    if (!match.slices().isEmpty()) {
      out.println("  " + match.slices());
    }
    out.printf("  from %s to %s%n", seconds(first), seconds(last));
    for (SloPreview.Group group : match.groups()) {
      out.printf(
          "  %s: %d of %d events good, %s%n",
          group.name(), group.good(), group.total(), share(group.good(), group.total()));
    }
    sayWhetherWhole(match, out);
    row(out, "bad traces", match.badTraces());
    row(out, "good traces", match.goodTraces());
    row(
        out,
        "bad events by",
        match.contributors().stream()
            .collect(
                Collectors.groupingBy(
                    Contributor::getDimension,
                    TreeMap::new,
                    Collectors.mapping(
                        each -> each.getValue() + " " + each.getBad(), Collectors.joining(", "))))
            .entrySet()
            .stream()
            .map(each -> each.getKey() + ": " + each.getValue())
            .toList());
  }

  private static void sayWhetherWhole(SloPreview.Match match, PrintStream out) {
    if (!match.whole()) {
      out.println("  not all of it was read: see --max-records and --max-time");
    }
  }

  private static void row(PrintStream out, String what, List<String> values) {
    if (!values.isEmpty()) {
      out.printf("  %s %s%n", what, String.join("; ", values));
    }
  }

  private static String share(long good, long total) {
    return String.format(Locale.ROOT, "%.4g%%", 100.0 * (double) good / (double) total);
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Duration duration(String option, String text) {
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }
}
