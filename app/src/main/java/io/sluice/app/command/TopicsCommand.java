package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.processor.runtime.InternalTopics;
import io.sluice.processor.runtime.TopicAdmin;
import io.sluice.schemas.Topic;
import io.sluice.schemas.stage.KafkaConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.TopicDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice topics create|describe}: the topic catalogue against a cluster. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "The topic catalogue against a Kafka cluster.",
    subcommands = {TopicsCommand.Create.class, TopicsCommand.Describe.class})
public final class TopicsCommand {

  /** {@code sluice topics create}. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Create the topics that are missing; those that are there stay as they are.")
  static final class Create implements Callable<Integer> {

    @Mixin private ClusterOptions options = new ClusterOptions();

    @Override
    public Integer call() {
      Processors processors = options.processors();
      LoadedConfig loaded = options.load(processors);
      if (options.printed(loaded)) {
        return 0;
      }
      try (TopicAdmin admin = new TopicAdmin(ConfigOptions.connection(loaded), TopicScan.TIMEOUT)) {
        List<String> created =
            admin.create(
                allTopics(processors),
                loaded.config().topics().partitions(),
                (short) loaded.config().topics().replicationFactor());
        created.forEach(name -> System.out.println("created " + name));
        System.out.println(created.size() + " topics created");
      }
      return 0;
    }
  }

  /** {@code sluice topics describe}. */
  @Command(
      name = "describe",
      mixinStandardHelpOptions = true,
      description = "What each topic carries, and how it stands on the cluster.")
  static final class Describe implements Callable<Integer> {

    @Mixin private ClusterOptions options = new ClusterOptions();

    @Override
    public Integer call() {
      Processors processors = options.processors();
      LoadedConfig loaded = options.load(processors);
      if (options.printed(loaded)) {
        return 0;
      }
      KafkaConnection connection = ConfigOptions.connection(loaded);
      try (TopicAdmin admin = new TopicAdmin(connection, TopicScan.TIMEOUT)) {
        List<Topic> topics = allTopics(processors);
        Map<Topic, TopicDescription> found = admin.describe(topics);
        for (Topic topic : topics) {
          TopicDescription description = found.get(topic);
          System.out.printf(
              "%-40s %-12s %s%s%n",
              connection.namespace().topic(topic),
              description == null ? "MISSING" : description.partitions().size() + " partitions",
              topic.value(),
              topic.restricted() ? "  (restricted)" : "");
        }
        return found.size() == topics.size() ? 0 : 1;
      }
    }
  }

  /** The catalogue with what processors have besides, their internal topics too. */
  static List<Topic> allTopics(Processors processors) {
    List<Topic> all = new ArrayList<>(processors.topics());
    processors.all().stream().map(InternalTopics::of).forEach(all::addAll);
    return all;
  }
}
