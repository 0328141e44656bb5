package io.sluice.alerts.notify;

import static io.sluice.alerts.notify.Transitions.alert;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.PENDING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Topics;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real receivers: Alertmanager itself, and a webhook. */
@WithBroker
class NotifierIT {

  private static final AvroSerde<DeadLetter> LETTERS = AvroSerde.of(DeadLetter.getClassSchema());
  private static final Duration LONGEST = Duration.ofMinutes(1);

  @TempDir private Path directory;

  @Test
  @NeedsProgram(AlertmanagerProcess.PROGRAM)
  void tellsARealAlertmanagerThatIsRestartedInBetween(TestBroker broker) throws Exception {
    broker.createTopics(1);
    try (LocalReceiver hook = new LocalReceiver();
        AlertmanagerProcess alertmanager = new AlertmanagerProcess(directory, hook.url());
        Notifier notifier = notifier(broker, List.of(alertmanager.url()), List.of())) {
      notifier.start();
      Instant started = Instant.now().minusSeconds(30);
      send(broker, alert("checkout", 1, FIRING, started));
      send(broker, alert("cart", 1, FIRING, started));
      await().atMost(LONGEST).until(() -> alertmanager.state("checkout").equals("active"));
      assertThat(alertmanager.alert("checkout").at("/annotations/summary").asText())
          .isEqualTo("checkout burns");
      await().atMost(LONGEST).until(() -> !hook.accepted.isEmpty());

      alertmanager.silence("cart");
      await().atMost(LONGEST).until(() -> alertmanager.state("cart").equals("suppressed"));

      alertmanager.restart();
      await().atMost(LONGEST).until(() -> alertmanager.state("checkout").equals("active"));

      send(broker, alert("checkout", 2, RESOLVED, Instant.now()));
      await()
          .atMost(LONGEST)
          .until(() -> hook.accepted.stream().anyMatch(r -> r.body().contains("\"resolved\"")));
      await().atMost(LONGEST).until(() -> alertmanager.alert("checkout").isMissingNode());
      assertThat(alertmanager.alert("cart").isMissingNode()).as("it fires on").isFalse();
    }
  }

  @Test
  void tellsEachTransitionThoughItIsKilledInBetween(TestBroker broker) throws Exception {
    broker.createTopics(1);
    Set<String> expected = new LinkedHashSet<>();
    try (LocalReceiver hook = new LocalReceiver()) {
      Process notifier = NotifierProcess.start(broker.connection(), hook.url());
      try {
        for (int round = 1; round <= 4; round++) {
          hook.failing.set(2);
          for (int i = 0; i < 20; i++) {
            Alert alert =
                alert("slo-" + i, round, round % 2 == 1 ? FIRING : RESOLVED, Instant.now());
            expected.add(Messages.key(alert));
            send(broker, alert);
          }
          int before = hook.accepted.size();
          await().atMost(LONGEST).until(() -> hook.accepted.size() > before + 3);
          notifier.destroyForcibly().waitFor();
          notifier = NotifierProcess.start(broker.connection(), hook.url());
        }
        await().atMost(LONGEST).until(() -> keys(hook).containsAll(expected));
        assertThat(keys(hook))
            .as("a receiver that keeps the keys sees each once")
            .isEqualTo(expected);
      } finally {
        notifier.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void goesOnWhereItEndedAndTellsNothingTwiceAfterAStop(TestBroker broker) throws Exception {
    broker.createTopics(1);
    send(broker, alert("before", 1, FIRING, Instant.now()));
    send(broker, alert("over", 1, FIRING, Instant.now()));
    send(broker, alert("over", 2, RESOLVED, Instant.now()));
    try (LocalReceiver hook = new LocalReceiver()) {
      try (Notifier notifier = notifier(broker, List.of(), List.of(hook.url()))) {
        notifier.start();
        await().atMost(LONGEST).until(() -> notifier.health().ready());
        send(broker, alert("brief", 1, PENDING, Instant.now()));
        send(broker, alert("brief", 2, RESOLVED, Instant.now()));
        send(broker, alert("checkout", 1, FIRING, Instant.now()));
        await().atMost(LONGEST).until(() -> hook.accepted.size() == 2);
        await().atMost(LONGEST).until(() -> committed(broker) == 6);
      }
      send(broker, alert("checkout", 2, RESOLVED, Instant.now()));
      try (Notifier notifier = notifier(broker, List.of(), List.of(hook.url()))) {
        notifier.start();
        await().atMost(LONGEST).until(() -> hook.accepted.size() >= 3);
        await().atMost(LONGEST).until(() -> notifier.health().ready());
      }
      assertThat(hook.accepted)
          .extracting(LocalReceiver.Request::key)
          .as("nobody hears of what was over before there was a notifier, or never fired")
          .containsExactly("f-before-1", "f-checkout-1", "f-checkout-2");
    }
  }

  @Test
  void writesWhatIsRefusedAndWhatIsNoAlertToDeadLetters(TestBroker broker) throws Exception {
    broker.createTopics(1);
    try (RefusingReceiver hook = new RefusingReceiver();
        Notifier notifier = notifier(broker, List.of(), List.of(hook.url()))) {
      notifier.start();
      await().atMost(LONGEST).until(() -> notifier.health().ready());
      broker.produce(Topics.ALERTS, new byte[] {1}, "no alert".getBytes(StandardCharsets.UTF_8));
      send(broker, alert("checkout", 1, FIRING, Instant.now()));

      List<String> messages = new ArrayList<>();
      broker
          .consume(Topics.DEAD_LETTERS, 2, LONGEST)
          .forEach(letter -> messages.add(LETTERS.decode(letter.value()).getMessage()));
      assertThat(messages)
          .anySatisfy(
              message ->
                  assertThat(message)
                      .isEqualTo(
                          "webhook-1 refused the notification: HTTP 400: no such channel here"));
    }
  }

  @Test
  void writesWhatIsNoAlertToDeadLettersOnceAndNotAtEachStart(TestBroker broker) throws Exception {
    broker.createTopics(1);
    try (LocalReceiver hook = new LocalReceiver()) {
      try (Notifier notifier = notifier(broker, List.of(), List.of(hook.url()))) {
        notifier.start();
        await().atMost(LONGEST).until(() -> notifier.health().ready());
        broker.produce(Topics.ALERTS, new byte[] {1}, "no alert".getBytes(StandardCharsets.UTF_8));
        send(broker, alert("checkout", 1, FIRING, Instant.now()));
        await().atMost(LONGEST).until(() -> hook.accepted.size() == 1);
        await().atMost(LONGEST).until(() -> committed(broker) == 2);
      }
      try (Notifier notifier = notifier(broker, List.of(), List.of(hook.url()))) {
        notifier.start();
        await().atMost(LONGEST).until(() -> notifier.health().ready());
        broker.produce(Topics.ALERTS, new byte[] {2}, "nor this".getBytes(StandardCharsets.UTF_8));
        send(broker, alert("checkout", 2, RESOLVED, Instant.now()));
        await().atMost(LONGEST).until(() -> hook.accepted.size() == 2);
      }
    }
    assertThat(broker.consume(Topics.DEAD_LETTERS, 2, LONGEST))
        .extracting(letter -> LETTERS.decode(letter.value()).getOffset())
        .containsExactly(0L, 2L);
  }

  /** Of what comes before it nothing is told again. */
  private static long committed(TestBroker broker) throws Exception {
    return broker
        .admin()
        .listConsumerGroupOffsets(broker.connection().namespace().applicationId("notifier"))
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  private static Set<String> keys(LocalReceiver hook) {
    Set<String> keys = new LinkedHashSet<>();
    hook.accepted.forEach(request -> keys.add(String.valueOf(request.key())));
    return keys;
  }

  private static Notifier notifier(
      TestBroker broker, List<String> alertmanagers, List<String> webhooks) {
    return new Notifier(
        new NotifierConfig(
            alertmanagers, webhooks, null, Duration.ofSeconds(1), Duration.ofMinutes(1), false),
        broker.connection(),
        new SimpleMeterRegistry(),
        Clock.systemUTC(),
        "notifier-1");
  }

  private static void send(TestBroker broker, Alert alert) {
    broker.produce(
        Topics.ALERTS,
        alert.getFingerprint().getBytes(StandardCharsets.UTF_8),
        Transitions.SERDE.encode(alert));
  }
}
