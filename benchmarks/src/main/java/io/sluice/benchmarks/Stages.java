package io.sluice.benchmarks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.StageMeters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs stages as the command does, on topics that are filled already. */
final class Stages {

  /** Longer than a commit and what follows it. */
  private static final double QUIET_SECONDS = 0.4;

  private static int directories;

  private Stages() {}

  static List<Topic> internalTopics() {
    List<Topic> topics = new ArrayList<>();
    Processors.load().all().stream().map(StreamProcessor::internalTopics).forEach(topics::addAll);
    return topics;
  }

  /** Starts roles with every port free, and without traces of their own. */
  static SluiceProcess start(
      Bench bench, KafkaConnection connection, Set<String> roles, DataDirectory data) {
    return start(bench, connection, roles, data, Map.of());
  }

  /** The same with settings other than the defaults. */
  static SluiceProcess start(
      Bench bench,
      KafkaConnection connection,
      Set<String> roles,
      DataDirectory data,
      Map<String, String> settings) {
    Processors processors = Processors.load();
    Map<String, String> flags = new HashMap<>();
    for (String port :
        List.of("ingest.grpcPort", "ingest.httpPort", "prometheusSink.port", "console.port")) {
      flags.put(port, "0");
    }
    flags.put("telemetry.tracesPerSecond", "0");
    flags.putAll(settings);
    LoadedConfig config = LoadedConfig.load(null, Map.of(), flags, processors);
    return SluiceProcess.start(config, processors, roles, connection, data, Map.of());
  }

  static DataDirectory data(Bench bench) throws Exception {
    return DataDirectory.open(bench.directory("data-" + directories++));
  }

  /**
   * Lets the stages work off what is there.
   *
   * @param records how many records all of them together take in at least, internal ones aside
   * @return seconds from the first record taken in to the last, start-up left out
   */
  static double seconds(Bench bench, KafkaConnection connection, Set<String> stages, long records)
      throws Exception {
    try (DataDirectory data = data(bench);
        SluiceProcess process = start(bench, connection, stages, data)) {
      Bench.await(() -> taken(process, stages) > 0);
      long begin = System.nanoTime();
      if (stages.size() == 1) {
        Bench.await(() -> taken(process, stages) >= records);
      } else {
        // Together they are done when the assembler has had every clean span.
        Bench.await(
            () ->
                taken(process, Set.of("sanitizer")) + taken(process, Set.of("traces")) >= records);
      }
      return Bench.seconds(begin);
    }
  }

  /**
   * Lets one stage work off what is there.
   *
   * @param records how many it takes in, and sends to the target at least
   * @return what that took from the first record taken in to the commit of the last sent
   */
  static Spent spent(
      Bench bench, KafkaConnection connection, Set<String> stage, long records, Topic target)
      throws Exception {
    return spent(bench, connection, stage, records, target, records);
  }

  /**
   * The same for a stage that sends more or fewer records than it takes in.
   *
   * @param sent how many it sends to the target
   */
  static Spent spent(
      Bench bench,
      KafkaConnection connection,
      Set<String> stage,
      long records,
      Topic target,
      long sent)
      throws Exception {
    try (DataDirectory data = data(bench);
        SluiceProcess process = start(bench, connection, stage, data);
        var reader = Bench.reader(connection)) {
      Bench.await(() -> taken(process, stage) > 0);
      Spent begin = Spent.begin();
      Bench.await(() -> taken(process, stage) >= records && counted(process, stage, "out") >= sent);
      Bench.await(() -> Bench.ends(reader, connection, target) >= sent);
      return begin.untilNow();
    }
  }

  /**
   * Lets one stage take in so many records, and what it makes of them for itself: until nothing
   * more comes for a while, which is left out.
   *
   * @param records how many it takes in at least
   * @param settings of the stage, by their keys
   */
  static Spent spentUntilQuiet(
      Bench bench,
      KafkaConnection connection,
      String stage,
      long records,
      Map<String, String> settings)
      throws Exception {
    try (DataDirectory data = data(bench);
        SluiceProcess process = start(bench, connection, Set.of(stage), data, settings)) {
      Bench.await(() -> taken(process, Set.of(stage)) > 0);
      Spent begin = Spent.begin();
      Quiet quiet = new Quiet(begin);
      Bench.await(() -> quiet.since(taken(process, Set.of(stage)), records));
      return quiet.last;
    }
  }

  /** Looks for the moment when the last record was taken in. */
  private static final class Quiet {
    private final Spent begin;
    private long taken;
    private Spent last;

    Quiet(Spent begin) {
      this.begin = begin;
      this.last = begin.untilNow();
    }

    /** Whether enough were taken, and then none for a while. */
    boolean since(long nowTaken, long enough) {
      Spent now = begin.untilNow();
      if (nowTaken != taken) {
        taken = nowTaken;
        last = now;
      }
      return taken >= enough && now.seconds() - last.seconds() > QUIET_SECONDS;
    }
  }

  static long taken(SluiceProcess process, Set<String> stages) {
    return counted(process, stages, "in");
  }

  /** Records that one component has taken in. */
  static long taken(MeterRegistry meters, String component) {
    return counted(meters, component, "in");
  }

  private static long counted(SluiceProcess process, Set<String> stages, String direction) {
    return stages.stream().mapToLong(stage -> counted(process.meters(), stage, direction)).sum();
  }

  /**
   * Records of one component.
   *
   * @param direction in or out
   */
  static long counted(MeterRegistry meters, String component, String direction) {
    Counter counter =
        meters.find(StageMeters.RECORDS).tags("stage", component, "direction", direction).counter();
    return counter == null ? 0 : (long) counter.count();
  }
}
