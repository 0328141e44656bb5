package io.sluice.processor.runtime;

import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;

/** The topics of one stage, as they stand on the cluster. */
record StageTopics(Map<Topic, Integer> partitions, RecordLimits limits) {

  /** All that have to be there before the stage starts. */
  private static Set<Topic> needed(StreamProcessor<?> processor) {
    Set<Topic> needed = new LinkedHashSet<>(processor.inputs());
    needed.addAll(processor.outputs());
    needed.add(Topics.DEAD_LETTERS);
    needed.add(Topics.DEFINITIONS);
    return needed;
  }

  /** What keeps the stage from starting, for people; empty when nothing does. */
  static Optional<String> defect(
      StreamProcessor<?> processor, TopicAdmin admin, Namespace namespace) {
    Map<Topic, Integer> found = admin.partitions(needed(processor));
    List<String> missing = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (Topic topic : needed(processor)) {
      Integer partitions = found.get(topic);
      if (partitions == null) {
        missing.add(namespace.topic(topic));
      } else if (topic.partitions() != 0 && partitions != topic.partitions()) {
        wrong.add(
            namespace.topic(topic)
                + " has "
                + partitions
                + " partitions and must have "
                + topic.partitions());
      }
    }
    if (!missing.isEmpty()) {
      return Optional.of("missing topics " + missing + ": run 'sluice topics create'");
    }
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.join("; ", wrong) + ": delete the topic and run 'sluice topics create'");
  }

  /** Creates the stage's internal topics where they are missing, and reads all its topics. */
  static StageTopics prepare(
      StreamProcessor<?> processor, TopicAdmin admin, int replicationFactor) {
    Set<Topic> all = needed(processor);
    Map<Topic, Integer> partitions = new HashMap<>(admin.partitions(all));
    if (!processor.internalTopics().isEmpty()) {
      int widest =
          processor.inputs().stream()
              .mapToInt(topic -> partitions.getOrDefault(topic, 1))
              .max()
              .orElse(1);
      List<Topic> onCluster = InternalTopics.of(processor);
      admin.create(onCluster, widest, (short) replicationFactor);
      all.addAll(onCluster);
      partitions.putAll(admin.partitions(onCluster));
      onCluster.forEach(topic -> partitions.putIfAbsent(topic, widest));
    }
    Map<Topic, Integer> maxBytes = new HashMap<>(admin.maxBatchBytes(all));
    for (Topic topic : processor.internalTopics()) {
      Topic onCluster = InternalTopics.onCluster(topic, processor);
      partitions.computeIfAbsent(topic, unused -> partitions.get(onCluster));
      maxBytes.computeIfAbsent(topic, unused -> maxBytes.get(onCluster));
    }
    return new StageTopics(Map.copyOf(partitions), new RecordLimits(maxBytes));
  }

  /**
   * Whether state that is there was written with another number of partitions: its keys would be
   * looked for in the wrong ones.
   *
   * @param applicationId the first part of the names of the state's topics
   */
  static Optional<String> stateDefect(Topology topology, String applicationId, TopicAdmin admin) {
    for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
      Set<String> inputs = new TreeSet<>();
      Set<String> changelogs = new TreeSet<>();
      for (TopologyDescription.Node node : part.nodes()) {
        if (node instanceof TopologyDescription.Source source && source.topicSet() != null) {
          inputs.addAll(source.topicSet());
        } else if (node instanceof TopologyDescription.Processor step) {
          step.stores()
              .forEach(store -> changelogs.add(applicationId + "-" + store + "-changelog"));
        }
      }
      Map<String, Integer> counts = admin.partitionsByName(inputs);
      Map.Entry<String, Integer> widest =
          counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(null);
      for (Map.Entry<String, Integer> state : admin.partitionsByName(changelogs).entrySet()) {
        if (widest != null && !state.getValue().equals(widest.getValue())) {
          return Optional.of(
              widest.getKey()
                  + " has "
                  + widest.getValue()
                  + " partitions, but the state of the stage (topic "
                  + state.getKey()
                  + ") has "
                  + state.getValue()
                  + ": keys would miss their state");
        }
      }
    }
    return Optional.empty();
  }
}
