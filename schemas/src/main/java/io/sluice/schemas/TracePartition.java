package io.sluice.schemas;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * Which partition a trace belongs to: murmur2 of the 16 bytes of its id, as Kafka's default
 * partitioner does for a key, so that topics keyed by trace id are co-partitioned. The number of
 * partitions is part of the contract.
 */
public final class TracePartition {

  private TracePartition() {}

  /** The partition, from 0 to {@code partitions - 1}. */
  public static int of(byte[] traceId, int partitions) {
    return BuiltInPartitioner.partitionForKey(traceId, partitions);
  }
}
