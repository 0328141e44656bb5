package io.sluice.processor.runtime;

import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import java.util.List;

/**
 * Names of the topics between a processor's own steps. Each version of its state has topics of its
 * own: one reads its inputs anew and sends again what the one before has sent.
 */
public final class InternalTopics {

  private static final String SUFFIX = "-repartition";

  private InternalTopics() {}

  /** The name that the processor knows the topic by. */
  public static String name(String processor, String topic) {
    return prefix(processor) + topic + SUFFIX;
  }

  /** Whether the topic is between steps of this processor. */
  public static boolean isOf(String processor, Topic topic) {
    return topic.name().startsWith(prefix(processor)) && topic.name().endsWith(SUFFIX);
  }

  /** The internal topics of a processor as the cluster has them. */
  public static List<Topic> of(StreamProcessor<?> processor) {
    return processor.internalTopics().stream().map(topic -> onCluster(topic, processor)).toList();
  }

  static Topic onCluster(Topic topic, StreamProcessor<?> processor) {
    return onCluster(topic, processor.name(), processor.stateVersion());
  }

  /**
   * The topic as the cluster has it: the same, unless it is internal and the version is not 1. The
   * name begins with the application's id, as those of changelogs do.
   */
  public static Topic onCluster(Topic topic, String processor, int stateVersion) {
    if (stateVersion == 1 || !isOf(processor, topic)) {
      return topic;
    }
    String rest = topic.name().substring(prefix(processor).length());
    return new Topic(
        prefix(processor) + "v" + stateVersion + "-" + rest,
        topic.key(),
        topic.value(),
        topic.compacted(),
        topic.retention(),
        topic.partitions(),
        topic.restricted(),
        topic.writers());
  }

  private static String prefix(String processor) {
    return "sluice." + processor + "-";
  }
}
