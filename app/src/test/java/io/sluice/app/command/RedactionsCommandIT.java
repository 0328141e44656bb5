package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.Signal;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@WithBroker
class RedactionsCommandIT {

  private static final AvroSerde<Redaction> SERDE = AvroSerde.of(Redaction.getClassSchema());

  @Test
  void saysWhatIsRedactedWhereWhoLeaksMostAndWhatIsNew(TestBroker broker) {
    broker.createTopics(3);
    send(broker, Duration.ofDays(3), "credentials.keys", "cart", "log.body", 5);
    send(broker, Duration.ofHours(2), "credentials.keys", "cart", "log.body", 42);
    send(broker, Duration.ofMinutes(1), "payment.card", "payment", "span.attributes.card", 7);
    broker.produce(Topics.REDACTIONS, null, new byte[] {1, 2, 3});

    CommandLineRun day = run(broker);
    assertThat(day.status()).as(day.errors()).isZero();
    assertThat(day.output())
        .isEqualTo(
            """
            Redactions of the last 24h: 49 in 2 places
              COUNT  RULE              VERSION  ACTION  SIGNAL  SERVICE  FIELD
              42     credentials.keys  3        REDACT  LOGS    cart     log.body
              7      payment.card      3        REDACT  LOGS    payment  span.attributes.card

            Services that leak most
              COUNT  SERVICE  RULES  FIELDS
              42     cart     1      1
              7      payment  1      1

            New since yesterday: 1
              FIRST                 COUNT  RULE          VERSION  SERVICE  FIELD
            """
                + day.output().lines().reduce((a, b) -> b).orElseThrow()
                + "\n");
    assertThat(day.output().lines().reduce((a, b) -> b).orElseThrow())
        .containsPattern("Z {2}7 {6}payment.card {2}3 {8}payment {2}span.attributes.card");
    assertThat(day.errors()).contains("unreadable record").contains("sluice.redactions");

    assertThat(run(broker, "--since", "10m").output()).contains("7 in 1 places");
    assertThat(run(broker, "--since", "7d").output()).contains("54 in 2 places");
    assertThat(run(broker, "--service", "cart").output())
        .contains("42 in 1 places", "New since yesterday: 0")
        .doesNotContain("payment.card");
    assertThat(run(broker, "--rule", "payment").output()).contains("7 in 1 places");
    assertThat(run(broker, "--limit", "1").output()).contains("and 1 more; --limit shows them");
    assertThat(run(broker, "--service", "nobody").output())
        .isEqualTo("Redactions of the last 24h: 0 in 0 places\n\nNew since yesterday: 0\n");
  }

  @Test
  void printsJson(TestBroker broker) throws Exception {
    broker.createTopics(1);
    send(broker, Duration.ofMinutes(1), "payment.card", "payment", "log.body", 7);

    JsonNode json = new ObjectMapper().readTree(run(broker, "--json").output());
    assertThat(json.get("total").asLong()).isEqualTo(7);
    assertThat(json.at("/redactions/0/rule").asText()).isEqualTo("payment.card");
    assertThat(json.at("/services/0/service").asText()).isEqualTo("payment");
    assertThat(json.at("/new/0/field").asText()).isEqualTo("log.body");
    assertThat(json.get("knowsBefore").asBoolean()).isFalse();
  }

  @Test
  void saysWhatIsWrong(TestBroker broker) {
    CommandLineRun noTopic = run(broker);
    assertThat(noTopic.status()).isEqualTo(1);
    assertThat(noTopic.errors())
        .contains("sluice.redactions is missing")
        .contains(broker.connection().namespace().name(), "topics create");
    CommandLineRun noTime = run(broker, "--since", "yesterday");
    assertThat(noTime.status()).isEqualTo(1);
    assertThat(noTime.errors()).contains("--since: expected a duration such as");
    CommandLineRun noLimit = run(broker, "--limit", "0");
    assertThat(noLimit.status()).isEqualTo(1);
    assertThat(noLimit.errors()).contains("--limit: expected at least 1");
  }

  private static CommandLineRun run(TestBroker broker, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "redactions",
                "--bootstrap-servers",
                broker.connection().bootstrapServers(),
                "--set",
                "namespace=" + broker.connection().namespace().name()));
    arguments.addAll(List.of(options));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static void send(
      TestBroker broker, Duration ago, String rule, String service, String field, long count) {
    long start = System.currentTimeMillis() - ago.toMillis();
    broker.produce(
        Topics.REDACTIONS,
        null,
        SERDE.encode(
            Redaction.newBuilder()
                .setRuleId(rule)
                .setRuleSetVersion(3)
                .setSignal(Signal.LOGS)
                .setService(service)
                .setFieldPath(field)
                .setAction(RedactionAction.REDACT)
                .setCount(count)
                .setWindowStartUnixNano(TimeUnit.MILLISECONDS.toNanos(start))
                .setWindowLengthNanos(TimeUnit.SECONDS.toNanos(10))
                .build()));
  }
}
