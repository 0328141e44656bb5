package io.sluice.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

  @Test
  void namesAreUnique() {
    assertThat(Topics.all()).extracting(Topic::name).doesNotHaveDuplicates();
  }

  @Test
  void onlyWhatMayHoldUnsanitizedBytesIsRestricted() {
    assertThat(Topics.all().stream().filter(Topic::restricted))
        .containsExactly(
            Topics.RAW_LOGS, Topics.RAW_SPANS, Topics.RAW_METRICS, Topics.DEAD_LETTERS);
  }

  @Test
  void everyTopicIsKeptByTimeOrByKey() {
    assertThat(Topics.all())
        .allSatisfy(topic -> assertThat(topic.compacted() || !topic.retention().isZero()).isTrue());
  }

  @Test
  void namespaceIsPrefixOfTopicsAndApplications() {
    Namespace acme = new Namespace("acme");

    assertThat(acme.topic(Topics.SPANS)).isEqualTo("acme.sluice.spans");
    assertThat(acme.applicationId("traces")).isEqualTo("acme.sluice.traces");
    assertThat(Namespace.none().topic(Topics.RAW_LOGS)).isEqualTo("otlp_logs");
    assertThat(Namespace.none().applicationId("traces")).isEqualTo("sluice.traces");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Acme", "a.b", "a/b", "-a", "a b", "../x", "*"})
  void namespaceThatCouldReachAnotherTenantIsRefused(String name) {
    assertThatThrownBy(() -> new Namespace(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Namespace("a".repeat(41)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void topicNamesAreLegalForKafkaWithTheLongestNamespace() {
    Namespace longest = new Namespace("a".repeat(40));
    List<String> names = Topics.all().stream().map(longest::topic).toList();

    assertThat(names).allSatisfy(name -> assertThat(name).matches("[a-zA-Z0-9._-]{1,200}"));
  }
}
