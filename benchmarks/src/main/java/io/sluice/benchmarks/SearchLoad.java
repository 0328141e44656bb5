package io.sluice.benchmarks;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.sinks.search.SearchSink;
import io.sluice.sinks.search.SearchSinkConfig;
import io.sluice.sinks.search.SearchStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records on a topic that the search sink reads.
 *
 * @param count how many records there are
 */
record SearchLoad(KafkaConnection connection, Topic topic, int count) {

  /** Batches of 60 lines. */
  static SearchLoad logs(Bench bench, int batches) {
    KafkaConnection connection = bench.fresh(List.of());
    Bench.produce(connection, Topics.LOGS, new Batches(1, Instant.now()).logs(batches));
    return new SearchLoad(connection, Topics.LOGS, batches);
  }

  /** Traces of six spans, as the assembler makes them of batches of eight. */
  static SearchLoad traces(Bench bench, int batches) throws Exception {
    KafkaConnection connection = bench.fresh(Stages.internalTopics());
    Bench.produce(connection, Topics.SPANS, new TraceBatches(1, Instant.now()).whole(batches));
    int traces = 8 * batches;
    Stages.spent(bench, connection, Set.of("traces"), batches, Topics.TRACES, traces);
    return new SearchLoad(connection, Topics.TRACES, traces);
  }

  List<ConsumerRecord<byte[], byte[]>> records() {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Bench.forEach(connection, connection.namespace().topic(topic), records::add);
    return records;
  }

  /**
   * Lets the sink bring all of it to a store that has none of it.
   *
   * @return from the first record taken in until all are durable, with the offsets behind them; not
   *     the half second after it that a consumer which closes waits for its last, empty fetch
   */
  Spent spent(SearchStore store) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    SearchSink sink =
        new SearchSink(SearchSinkConfig.defaults(), connection, store, meters, Clock.systemUTC());
    Thread closing = new Thread(sink::close, "closing");
    try (sink) {
      sink.start();
      Bench.await(() -> Stages.taken(meters, sink.name()) > 0);
      Spent begin = Spent.begin();
      Bench.await(() -> Stages.taken(meters, sink.name()) >= count);
      long commits = commits(meters);
      closing.start();
      Bench.await(() -> commits(meters) > commits || !closing.isAlive());
      return begin.untilNow();
    }
  }

  private static long commits(MeterRegistry meters) {
    return meters.get(SearchSink.COMMIT).timer().count();
  }
}
