package io.sluice.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

@WithBroker
class TopicAdminIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final short BROKERS_DEFAULT = -1;

  @Test
  void createsTheCatalogueOnce(TestBroker broker) {
    try (TopicAdmin admin = new TopicAdmin(broker.connection(), TIMEOUT)) {
      List<String> created = admin.create(Topics.all(), 3, BROKERS_DEFAULT);

      assertThat(created)
          .containsExactlyInAnyOrderElementsOf(
              Topics.all().stream().map(broker.connection().namespace()::topic).toList());
      assertThat(admin.create(Topics.all(), 5, BROKERS_DEFAULT)).isEmpty();
      assertThat(admin.partitions(Topics.all()))
          .isEqualTo(
              Topics.all().stream()
                  .collect(
                      Collectors.toMap(
                          topic -> topic,
                          topic -> topic.partitions() == 0 ? 3 : topic.partitions())));
    }
  }

  @Test
  void createsOnlyWhatIsMissing(TestBroker broker) {
    broker.createTopic(Topics.SPANS, 2);
    try (TopicAdmin admin = new TopicAdmin(broker.connection(), TIMEOUT)) {
      assertThat(admin.partitions(List.of(Topics.SPANS, Topics.TRACES)))
          .isEqualTo(Map.of(Topics.SPANS, 2));
      assertThat(admin.create(List.of(Topics.SPANS, Topics.TRACES), 4, BROKERS_DEFAULT))
          .containsExactly(broker.connection().namespace().topic(Topics.TRACES));
      assertThat(admin.partitions(List.of(Topics.SPANS, Topics.TRACES)))
          .isEqualTo(Map.of(Topics.SPANS, 2, Topics.TRACES, 4));
    }
  }

  @Test
  void topicsKeepWhatTheCatalogueSays(TestBroker broker) throws Exception {
    try (TopicAdmin admin = new TopicAdmin(broker.connection(), TIMEOUT)) {
      admin.create(Topics.all(), 1, BROKERS_DEFAULT);

      assertThat(admin.maxBatchBytes(List.of(Topics.LOGS, Topics.DEAD_LETTERS)))
          .isEqualTo(
              Map.of(
                  Topics.LOGS, TopicAdmin.MAX_RECORD_BYTES,
                  Topics.DEAD_LETTERS, TopicAdmin.MAX_DEAD_LETTER_BYTES));
      assertThat(setting(broker, Topics.RAW_LOGS, "retention.ms"))
          .isEqualTo(Long.toString(Topics.RAW_LOGS.retention().toMillis()));
      assertThat(setting(broker, Topics.RAW_LOGS, "cleanup.policy")).isEqualTo("delete");
      assertThat(setting(broker, Topics.ALERTS, "cleanup.policy")).isEqualTo("compact");
      assertThat(setting(broker, Topics.SERIES, "cleanup.policy")).isEqualTo("compact");
      assertThat(setting(broker, Topics.SERIES, "min.compaction.lag.ms"))
          .isEqualTo(Long.toString(Topics.SERIES.retention().toMillis()))
          .isNotEqualTo("0");
      assertThat(setting(broker, Topics.SERIES, "segment.bytes"))
          .isEqualTo(Integer.toString(64 << 20));
    }
  }

  @Test
  void refusalNamesTheTopicAndKeepsTheBrokersSentence(TestBroker broker) {
    try (TopicAdmin admin = new TopicAdmin(broker.connection(), TIMEOUT)) {
      String topic = broker.connection().namespace().topic(Topics.LOGS);

      assertThatThrownBy(() -> admin.create(List.of(Topics.LOGS), 1, (short) 3))
          .isInstanceOf(KafkaException.class)
          .hasMessageStartingWith("could not create topic " + topic + ": ")
          .hasMessageContaining("replicat");
      assertThatThrownBy(() -> admin.create(List.of(Topics.LOGS), -3, BROKERS_DEFAULT))
          .isInstanceOf(KafkaException.class)
          .hasMessageStartingWith("could not create topic " + topic + ": ")
          .hasMessageContaining("partitions");
      assertThat(admin.partitions(List.of(Topics.LOGS))).isEmpty();
    }
  }

  @Test
  void saysWhenTheClusterDoesNotAnswer() {
    var nobody = new KafkaConnection("127.0.0.1:9", Map.of(), Namespace.none());
    try (TopicAdmin admin = new TopicAdmin(nobody, Duration.ofSeconds(1))) {
      assertThatThrownBy(() -> admin.partitions(Topics.all()))
          .isInstanceOf(KafkaException.class)
          .hasMessage("could not list topics: no answer from the cluster within 1 s");
      assertThatThrownBy(() -> admin.create(List.of(Topics.LOGS), 1, BROKERS_DEFAULT))
          .isInstanceOf(TimeoutException.class)
          .hasMessage("could not create topic sluice.logs: no answer from the cluster within 1 s")
          .hasNoCause();
    }
  }

  @Test
  void exactlyOnceHoldsOnThisCluster(TestBroker broker) {
    try (TopicAdmin admin = new TopicAdmin(broker.connection(), TIMEOUT)) {
      assertThat(admin.transactionsDefect()).isEmpty();
    }
  }

  private static String setting(TestBroker broker, Topic topic, String name) throws Exception {
    var resource =
        new ConfigResource(ConfigResource.Type.TOPIC, broker.connection().namespace().topic(topic));
    Map<ConfigResource, Config> configs =
        broker.admin().describeConfigs(List.of(resource)).all().get();
    return configs.values().iterator().next().get(name).value();
  }
}
