package io.sluice.processor;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.processor.runtime.InternalTopics;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * The runtime's side of a processor: where it wires its steps, and what they may use.
 *
 * @param name the processor's name
 * @param stateVersion the processor's {@link StreamProcessor#stateVersion}
 * @param namespace the tenant's prefix
 * @param partitionCounts the number of partitions that a topic has on the cluster
 * @param meters where own metrics are registered; the ones that every stage has are there already
 * @param definitions redaction rules, SLOs and the like as they are now
 * @param openTelemetry own traces
 * @param nanoTime nanoseconds that only go forward, whatever the wall clock is set to: of use for
 *     differences alone. Tests drive it
 * @param consumers of records that were committed, without a group: for what is in a topic already.
 *     Whoever opens one assigns, seeks and closes it
 * @param background for work beside the stream: a thread that takes at most half of a core. What is
 *     given to it after the stage has stopped is not done
 * @param progress how far this processor and others are in what they read
 */
public record Stage(
    String name,
    int stateVersion,
    Namespace namespace,
    ToIntFunction<Topic> partitionCounts,
    MeterRegistry meters,
    Definitions definitions,
    OpenTelemetry openTelemetry,
    LongSupplier nanoTime,
    Supplier<Consumer<byte[], byte[]>> consumers,
    Executor background,
    Progress progress) {

  /** How many partitions the topic has. Fixed for the life of the process. */
  public int partitions(Topic topic) {
    return partitionCounts.applyAsInt(topic);
  }

  /**
   * The topic's name on the cluster. One between the processor's own steps has the version of the
   * state in it, when that is not 1: each version reads what it has sent itself.
   */
  public String topicName(Topic topic) {
    return namespace.topic(InternalTopics.onCluster(topic, name, stateVersion));
  }

  /** An empty topology to wire steps in. */
  public StageTopology topology() {
    return new StageTopology(this);
  }
}
