package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.at;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.Slos;
import io.sluice.testkit.NeedsProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same hour of events through the stream and through a real Prometheus with the rules of the
 * same SLO. The hour is not waited for: the stage runs in simulated time, the series that it sends
 * are what a scrape each 15 s reads, promtool writes these samples and what the recording rules
 * make of them each 15 s into the server's data directory, and the server evaluates the alert's
 * expression at each of these times.
 */
@NeedsProgram({"prometheus", "promtool"})
class PrometheusComparisonIT {

  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final DefinitionSet SLOS = set(1, slo(SLO).page(5, "10m", "2m", "0s"));
  private static final int HOUR = 3600;
  private static final int SCRAPE = 15;
  private static final String RATE_5M = "slo:sli_error:ratio_rate5m";
  private static final int EVENTS_A_SECOND = 100;

  @TempDir private Path directory;

  /** When an alert fires and ends, in seconds; -1 for never. */
  private record Episode(long fired, long resolved) {}

  /** What the stream says in the hour, by the second. */
  private static final class Stream {
    private final List<Episode> episodes = new ArrayList<>();
    private final TreeMap<Long, Double> rates = new TreeMap<>();
    private final StringBuilder scraped = new StringBuilder();
  }

  @ParameterizedTest
  @CsvSource({"total outage,903,120,100", "a fifth fails,903,900,20", "a leak,607,1200,8"})
  void agreesWithTheStreamWhichFiresSooner(String name, long from, long length, long bad)
      throws Exception {
    Stream stream = stream(s -> s >= from && s < from + length ? bad : 1);
    Path rules =
        Files.writeString(
            directory.resolve("rules.yaml"), PrometheusRules.of(Slos.of(SLOS).slos()));
    Path samples = Files.writeString(directory.resolve("samples"), stream.scraped + "# EOF\n");
    String data = PrometheusServer.data(directory).toString();
    Promtool.run("tsdb", "create-blocks-from", "openmetrics", samples.toString(), data);
    try (PrometheusServer server = new PrometheusServer(directory, rules)) {
      Promtool.run(
          "tsdb",
          "create-blocks-from",
          "rules",
          "--start=" + epoch(0),
          "--end=" + epoch(HOUR),
          "--eval-interval=" + SCRAPE + "s",
          "--url=" + server.url(),
          "--output-dir=" + data,
          rules.toString());
      server.restart();

      ratesAgree(stream, server, (bad - 1) / (double) EVENTS_A_SECOND);
      assertThat(server.alerts()).hasSize(1);
      List<Episode> scraped =
          episodes(server.values(server.alerts().get(0), epoch(0), epoch(HOUR)));
      assertThat(scraped).hasSize(1);
      assertThat(stream.episodes).hasSize(1);
      Episode ours = stream.episodes.get(0);
      Episode theirs = scraped.get(0);
      System.out.printf(
          "%s: the stream fires %d s after the first bad event and Prometheus %d s; they end %d s and"
              + " %d s after the last%n",
          name,
          ours.fired() - from,
          theirs.fired() - from,
          ours.resolved() - from - length,
          theirs.resolved() - from - length);
      assertThat(theirs.fired() - ours.fired()).as("sooner").isBetween(5L, 60L);
      // An end is seen one scrape and one evaluation later, of which the extrapolated rate gains
      // some.
      assertThat(theirs.resolved() - ours.resolved()).isBetween(-15L, 45L);
    }
  }

  /** A scrape and the step of the stage's series are 25 s of the 5 minutes that may differ. */
  private static void ratesAgree(Stream stream, PrometheusServer server, double jump)
      throws Exception {
    Map<Long, Double> theirs = server.values(RATE_5M, epoch(600), epoch(HOUR));
    assertThat(theirs).hasSizeGreaterThan(190);
    theirs.forEach(
        (second, rate) ->
            assertThat(rate)
                .as("at %d s", second - epoch(0))
                .isCloseTo(stream.rates.get(second - epoch(0)), within(0.001 + jump * 30 / 300)));
  }

  private static List<Episode> episodes(Map<Long, Double> due) {
    List<Episode> episodes = new ArrayList<>();
    long fired = -1;
    for (long second = 0; second <= HOUR; second += SCRAPE) {
      boolean isDue = due.containsKey(epoch(second));
      if (isDue && fired < 0) {
        fired = second;
      } else if (!isDue && fired >= 0) {
        episodes.add(new Episode(fired, second));
        fired = -1;
      }
    }
    return episodes;
  }

  private static Stream stream(LongUnaryOperator badOfSecond) {
    Stream stream = new Stream();
    Map<String, Double> shown = new HashMap<>();
    long fired = -1;
    try (AlertsDriver stage = AlertsDriver.start(SLOS)) {
      for (long second = 1; second <= HOUR; second++) {
        stage.waitUntil(second);
        send(stage, second, badOfSecond);
        for (Alert alert : stage.alerts()) {
          if (alert.getState() == AlertState.FIRING) {
            fired = second;
          } else if (alert.getState() == AlertState.RESOLVED) {
            stream.episodes.add(new Episode(fired, second));
          }
        }
        for (TestRecord<byte[], byte[]> record : stage.stage().read(Topics.SERIES)) {
          if (record.value() == null) {
            continue; // the alert's own series, when it is over
          }
          SeriesPoint point = SERIES.decode(record.value());
          String outcome = point.getLabels().getOrDefault("outcome", "");
          shown.put(point.getName() + outcome, point.getValue());
        }
        if (second % SCRAPE == 0 && shown.containsKey(RATE_5M)) {
          stream.rates.put(second, shown.get(RATE_5M));
          for (String outcome : List.of("bad", "good")) {
            stream.scraped.append(sample(outcome, shown, second));
          }
        }
      }
    }
    return stream;
  }

  /** As the SLI stage: a window two seconds after its end, and meanwhile what it has so far. */
  private static void send(AlertsDriver stage, long second, LongUnaryOperator badOfSecond) {
    long begin = second - second % 10;
    if (second % 10 == 2 && second > 10) {
      stage.send(upTo(begin - 10, begin, badOfSecond));
    } else if (second % 10 == 1 && second > 10) {
      stage.send(revision(-1, upTo(begin - 10, begin, badOfSecond)));
    }
    if (second > begin) {
      stage.send(revision(-1, upTo(begin, second, badOfSecond)));
    }
  }

  private static SliWindow upTo(long begin, long end, LongUnaryOperator badOfSecond) {
    long bad = 0;
    for (long second = begin; second < end; second++) {
      bad += badOfSecond.applyAsLong(second);
    }
    return window(begin, (end - begin) * EVENTS_A_SECOND, bad);
  }

  private static String sample(String outcome, Map<String, Double> shown, long second) {
    return "sluice_slo_events_total{sloth_id=\"shop-%1$s\",sloth_service=\"shop\",sloth_slo=\"%1$s\",sluice_slo=\"%1$s\",outcome=\"%2$s\"} %3$s %4$d\n"
        .formatted(SLO, outcome, shown.get("sluice_slo_events_total" + outcome), epoch(second));
  }

  private static long epoch(long second) {
    return at(second).getEpochSecond();
  }
}
