package io.sluice.benchmarks;

import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.schemas.Topics;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * How long after its last span was sent a complete trace can be read, at a steady load. Includes
 * the 500 ms that a trace waits and two commits.
 */
final class TraceDelays {

  private TraceDelays() {}

  /**
   * @param batches sent in their order, three to a group of traces
   * @param perSecond how many of them
   * @return milliseconds for each trace, those of the first three seconds left out
   */
  static List<Double> measure(Bench bench, List<byte[]> batches, double perSecond)
      throws Exception {
    Map<ByteBuffer, Integer> lastBatch = lastBatches(batches);
    AtomicLongArray sentNanos = new AtomicLongArray(batches.size());
    KafkaConnection connection = bench.fresh(Stages.internalTopics());
    try (DataDirectory data = Stages.data(bench);
        SluiceProcess process = Stages.start(bench, connection, Set.of("traces"), data);
        var reader = Bench.reader(connection)) {
      Bench.await(process::isReady);
      assign(reader, connection);
      Thread sender =
          new Thread(
              () ->
                  Bench.produce(
                      connection,
                      Topics.SPANS,
                      batches,
                      i -> {
                        await(i, perSecond, sentNanos);
                        return i / 3 % Bench.PARTITIONS;
                      }),
              "load");
      sender.start();
      List<Double> delays = new ArrayList<>();
      int left = lastBatch.size();
      int warm = (int) (3 * perSecond);
      while (left > 0) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(50))) {
          int batch = lastBatch.getOrDefault(ByteBuffer.wrap(record.key()), 0);
          left--;
          if (batch > warm) {
            delays.add((System.nanoTime() - sentNanos.get(batch)) / 1e6);
          }
        }
      }
      sender.join();
      return delays;
    }
  }

  private static void await(int batch, double perSecond, AtomicLongArray sentNanos) {
    long begin = batch == 0 ? System.nanoTime() : sentNanos.get(0);
    long due = begin + (long) (batch / perSecond * 1e9);
    Bench.await(() -> System.nanoTime() >= due);
    sentNanos.set(batch, System.nanoTime());
  }

  private static Map<ByteBuffer, Integer> lastBatches(List<byte[]> batches) {
    Map<ByteBuffer, Integer> last = new HashMap<>();
    for (int i = 0; i < batches.size(); i++) {
      int number = i;
      OtlpRequest.forEachSpan(
          Slice.of(batches.get(i)),
          (resource, scope, span) -> last.put(ByteBuffer.wrap(span.traceId().toBytes()), number));
    }
    return last;
  }

  private static void assign(KafkaConsumer<byte[], byte[]> reader, KafkaConnection connection) {
    String name = connection.namespace().topic(Topics.TRACES);
    reader.assign(
        reader.partitionsFor(name).stream()
            .map(partition -> new TopicPartition(name, partition.partition()))
            .toList());
    reader.seekToBeginning(reader.assignment());
  }
}
