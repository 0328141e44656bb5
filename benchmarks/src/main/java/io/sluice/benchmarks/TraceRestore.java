package io.sluice.benchmarks;

import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How long an assembler that has lost its disk takes until it reads on: the changelog into the
 * store, and the index from the store.
 */
final class TraceRestore {

  /** Nothing is closed while this measures. */
  private static final Map<String, String> PATIENT = Map.of("processors.traces.inactivity", "4m");

  private TraceRestore() {}

  /**
   * @param batches whose traces stay open
   * @return seconds, the time that a start takes without state left out
   */
  static double seconds(Bench bench, List<byte[]> batches) throws Exception {
    KafkaConnection idle = bench.fresh(Stages.internalTopics());
    start(bench, idle, List.of()); // makes the changelogs
    double empty = start(bench, idle, List.of());
    KafkaConnection connection = bench.fresh(Stages.internalTopics());
    Bench.produce(connection, Topics.SPANS, batches, i -> i / 3 % Bench.PARTITIONS);
    start(bench, connection, batches);
    return start(bench, connection, List.of()) - empty;
  }

  /**
   * Starts with an empty disk and stops when so many batches are read.
   *
   * @return seconds until it was ready
   */
  private static double start(Bench bench, KafkaConnection connection, List<byte[]> batches)
      throws Exception {
    Set<String> stage = Set.of("traces");
    try (DataDirectory data = Stages.data(bench)) {
      long begin = System.nanoTime();
      try (SluiceProcess process = Stages.start(bench, connection, stage, data, PATIENT)) {
        Bench.await(process::isReady);
        double seconds = Bench.seconds(begin);
        Bench.await(() -> Stages.taken(process, stage) >= batches.size());
        return seconds;
      }
    }
  }
}
