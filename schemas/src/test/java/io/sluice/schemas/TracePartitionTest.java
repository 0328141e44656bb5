package io.sluice.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class TracePartitionTest {

  private static final KafkaProducer<byte[], byte[]> PRODUCER =
      new KafkaProducer<>(
          Map.of("bootstrap.servers", "localhost:1", "reconnect.backoff.ms", 60_000),
          new ByteArraySerializer(),
          new ByteArraySerializer());

  @AfterContainer
  static void close() {
    PRODUCER.close(java.time.Duration.ZERO);
  }

  @Property(tries = 500)
  void isWhereKafkasProducerPutsTheKey(
      @ForAll @Size(16) byte[] traceId, @ForAll @IntRange(min = 1, max = 200) int partitions)
      throws ReflectiveOperationException {
    assertThat(TracePartition.of(traceId, partitions)).isEqualTo(chosen(traceId, partitions));
  }

  /** The choice that {@code send} makes; it has no public way in that needs no broker. */
  private static int chosen(byte[] key, int partitions) throws ReflectiveOperationException {
    Node node = new Node(0, "localhost", 1);
    Node[] nodes = {node};
    Cluster cluster =
        new Cluster(
            "c",
            Set.of(node),
            IntStream.range(0, partitions)
                .mapToObj(p -> new PartitionInfo("t", p, node, nodes, nodes))
                .toList(),
            Set.of(),
            Set.of());
    Method partition =
        KafkaProducer.class.getDeclaredMethod(
            "partition", ProducerRecord.class, byte[].class, byte[].class, Cluster.class);
    partition.setAccessible(true);
    byte[] value = new byte[0];
    return (int)
        partition.invoke(PRODUCER, new ProducerRecord<>("t", key, value), key, value, cluster);
  }
}
