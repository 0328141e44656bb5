package io.sluice.alerts.notify;

import static io.sluice.alerts.notify.Transitions.alert;
import static io.sluice.alerts.notify.Transitions.record;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.PENDING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Alert;
import io.sluice.testkit.MovingClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Who is told what and when, with a receiver that answers as it should, late, or never. */
class DeliveryTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MovingClock clock = new MovingClock(START);
  private long ticks = -5_000;
  private final FakeReceiver receiver = new FakeReceiver();
  private final List<Refusal> refusals = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final OpenAlerts alerts = new OpenAlerts();
  private final WebhookQueue.Parts parts =
      new WebhookQueue.Parts(
          receiver,
          new Backoff(new Random(1)),
          Duration.ofMinutes(10),
          new NotifierMeters(registry, clock),
          clock,
          () -> ticks);
  private final WebhookQueue webhook =
      new WebhookQueue("webhook-1", URI.create("http://hook/x"), new Signature("the key"), parts);
  private final Alertmanager alertmanager =
      new Alertmanager(
          "alertmanager-1", URI.create("http://am:9093/"), Duration.ofMinutes(1), parts);

  @Test
  void sendsAWebhookInAlertmanagersFormat() throws IOException {
    tellWebhook(1, alert("checkout", 7, FIRING, START));

    FakeReceiver.Request request = receiver.requests.get(0);
    JsonNode body = json(request.body());
    assertThat(request.address()).isEqualTo(URI.create("http://hook/x"));
    assertThat(request.headers()).containsEntry("Idempotency-Key", "f-checkout-7");
    assertThat(body.get("version").asText()).isEqualTo("4");
    assertThat(body.get("status").asText()).isEqualTo("firing");
    assertThat(body.at("/alerts/0/labels/slo").asText()).isEqualTo("checkout");
    assertThat(body.at("/alerts/0/annotations/summary").asText()).isEqualTo("checkout burns");
    assertThat(body.at("/alerts/0/startsAt").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(body.at("/alerts/0/endsAt").asText()).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(body.at("/alerts/0/fingerprint").asText()).isEqualTo("f-checkout");
    work();
    assertThat(done).containsExactly("f-checkout-7");
  }

  @Test
  void signsTheTimeAndTheBody() throws Exception {
    tellWebhook(1, alert("checkout", 1, FIRING, START));

    FakeReceiver.Request request = receiver.requests.get(0);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("the key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signed = START.getEpochSecond() + "." + request.body();
    String expected =
        HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    assertThat(request.headers())
        .containsEntry("X-Sluice-Timestamp", Long.toString(START.getEpochSecond()))
        .containsEntry("X-Sluice-Signature", "v1=" + expected);
  }

  @Test
  void givesNothingUpBecauseTheClockIsSetForward() {
    receiver.answers(Reply.Outcome.FAILED, "HTTP 503: busy");
    receiver.answers(Reply.Outcome.FAILED, "HTTP 503: busy");
    tellWebhook(1, alert("checkout", 1, FIRING, START));
    work();
    clock.advance(Duration.ofHours(1));
    for (int second = 0; second < 5; second++) {
      pass(Duration.ofSeconds(1));
      work();
    }
    assertThat(refusals).isEmpty();
    assertThat(done).containsExactly("f-checkout-1");
  }

  @Test
  void waitsNoLongerWhenTheClockIsSetBack() {
    receiver.answers(Reply.Outcome.FAILED, "HTTP 503: busy");
    tellWebhook(1, alert("checkout", 1, FIRING, START));
    work();
    clock.advance(Duration.ofHours(-1));
    work();
    pass(Duration.ofSeconds(1));
    work();
    assertThat(receiver.requests).hasSize(2);
  }

  @Test
  void tellsAlertmanagerAgainThoughTheClockWasSetBack() {
    tell(1, alert("checkout", 1, FIRING, START));
    work();
    clock.advance(Duration.ofHours(-1));
    work();
    pass(Duration.ofMinutes(1));
    work();
    assertThat(receiver.requests).hasSize(2);
  }

  @Test
  void triesAgainLaterEachTimeAndUnderTheSameKey() {
    for (int i = 0; i < 3; i++) {
      receiver.answers(Reply.Outcome.FAILED, "HTTP 503: busy");
    }
    tellWebhook(1, alert("checkout", 1, FIRING, START));
    List<Long> tries = new ArrayList<>(List.of(0L));
    for (long millis = 0; millis < 10_000; millis += 10) {
      int before = receiver.requests.size();
      pass(Duration.ofMillis(10));
      work();
      if (receiver.requests.size() > before) {
        tries.add(millis + 10);
      }
    }

    assertThat(tries).hasSize(4);
    assertThat(tries.get(1)).isBetween(250L, 530L);
    assertThat(tries.get(2) - tries.get(1)).isBetween(500L, 1030L);
    assertThat(tries.get(3) - tries.get(2)).isBetween(1000L, 2030L);
    assertThat(receiver.requests)
        .allSatisfy(r -> assertThat(r.headers()).containsEntry("Idempotency-Key", "f-checkout-1"));
    assertThat(done).containsExactly("f-checkout-1");
    assertThat(count("webhook-1", "failed")).isEqualTo(3);
    assertThat(count("webhook-1", "accepted")).isEqualTo(1);
    assertThat(refusals).isEmpty();
  }

  @Test
  void givesUpWhatIsRefusedWithTheReceiversSentenceAndGoesOn() {
    receiver.answers(Reply.Outcome.REFUSED, "HTTP 400: no such channel");
    tellWebhook(1, alert("checkout", 1, FIRING, START));
    tellWebhook(2, alert("cart", 1, FIRING, START));
    work();
    work();

    assertThat(refusals).hasSize(1);
    assertThat(refusals.get(0).message())
        .isEqualTo("webhook-1 refused the notification: HTTP 400: no such channel");
    assertThat(done).containsExactly("f-checkout-1", "f-cart-1");
    assertThat(count("webhook-1", "refused")).isEqualTo(1);
  }

  @Test
  void givesUpWhatWasTriedForTooLong() {
    for (int i = 0; i < 100; i++) {
      receiver.answers(Reply.Outcome.FAILED, "no answer: ConnectException");
    }
    tellWebhook(1, alert("checkout", 1, FIRING, START));
    for (int second = 0; second < 700; second++) {
      pass(Duration.ofSeconds(1));
      work();
    }

    assertThat(refusals).hasSize(1);
    assertThat(refusals.get(0).message()).contains("did not take", "ConnectException");
    assertThat(done).containsExactly("f-checkout-1");
  }

  @Test
  void tellsAnAlertmanagerAgainBeforeItTakesTheAlertForOver() throws IOException {
    tell(1, alert("checkout", 1, FIRING, START));
    for (int second = 0; second < 300; second++) {
      pass(Duration.ofSeconds(1));
      work();
    }

    assertThat(receiver.requests).hasSizeBetween(5, 6);
    assertThat(receiver.requests.get(0).address())
        .isEqualTo(URI.create("http://am:9093/api/v2/alerts"));
    Instant heard = START;
    for (FakeReceiver.Request request : receiver.requests) {
      Instant until = Instant.parse(json(request.body()).at("/0/endsAt").asText());
      assertThat(until).isAfter(heard.plus(Duration.ofMinutes(2)));
      heard = until.minus(Duration.ofMinutes(4));
    }
  }

  @Test
  void tellsAnAlertmanagerOfAChangeAtOnceAndOfAnEndForAWhile() throws IOException {
    tell(1, alert("checkout", 1, FIRING, START));
    pass(Duration.ofSeconds(5));
    tell(2, alert("checkout", 2, RESOLVED, START.plusSeconds(5)));

    assertThat(receiver.requests).hasSize(2);
    JsonNode resolved = json(receiver.requests.get(1).body());
    assertThat(resolved).hasSize(1);
    assertThat(resolved.at("/0/endsAt").asText()).isEqualTo("2026-01-01T00:00:05Z");
    for (int minute = 0; minute < 30; minute++) {
      pass(Duration.ofMinutes(1));
      work();
    }
    assertThat(receiver.requests).as("a quarter of an hour").hasSize(2 + 15);
  }

  @Test
  void tellsAnAlertmanagerNothingOfWhatIsPending() {
    tell(1, alert("checkout", 1, PENDING, START));

    assertThat(receiver.requests).isEmpty();
  }

  /** One that Alertmanager refuses must not keep it from the others. */
  @Test
  void sendsAlertsOneByOneWhenTheyAreRefusedTogether() {
    receiver.answers(Reply.Outcome.REFUSED, "HTTP 400: bad label");
    receiver.answers(Reply.Outcome.ACCEPTED, "");
    receiver.answers(Reply.Outcome.REFUSED, "HTTP 400: bad label");
    alerts.put(record(1, alert("cart", 1, FIRING, START)), alert("cart", 1, FIRING, START));
    tell(2, alert("checkout", 1, FIRING, START));
    work();
    work();
    work();

    assertThat(receiver.requests).hasSize(3);
    assertThat(refusals).hasSize(1);
    pass(Duration.ofMinutes(1));
    receiver.answers(Reply.Outcome.REFUSED, "HTTP 400: bad label");
    receiver.answers(Reply.Outcome.ACCEPTED, "");
    receiver.answers(Reply.Outcome.REFUSED, "HTTP 400: bad label");
    for (int i = 0; i < 4; i++) {
      work();
    }
    assertThat(receiver.requests).hasSize(6);
    assertThat(refusals).as("one dead letter however often it is tried").hasSize(1);
  }

  @Test
  void findsTheRefusedOneOfManyInFewRequests() {
    FakeReceiver picky = new FakeReceiver("bad");
    Alertmanager manager =
        new Alertmanager("am", URI.create("http://am"), Duration.ofMinutes(1), with(picky));
    for (int i = 0; i < 1000; i++) {
      Alert alert = alert(i == 700 ? "bad" : "slo-" + i, 1, FIRING, START);
      alerts.put(record(i, alert), alert);
    }
    for (int i = 0; i < 1000; i++) {
      manager.work(alerts, refusals::add);
    }

    assertThat(picky.requests).hasSizeLessThan(25);
    assertThat(refusals).hasSize(1);
    assertThat(refusals.get(0).record().offset()).isEqualTo(700);
  }

  @Test
  void tellsManyAlertsInSeveralRequestsAndEachOnce() throws IOException {
    int count = 2 * Alertmanager.MAX_IN_REQUEST + 200;
    for (int i = 0; i < count; i++) {
      Alert alert = alert("slo-" + i, 1, FIRING, START);
      alerts.put(record(i, alert), alert);
    }
    for (int i = 0; i < 10; i++) {
      work();
    }

    assertThat(receiver.requests).hasSize(3);
    Set<String> told = new HashSet<>();
    for (FakeReceiver.Request request : receiver.requests) {
      JsonNode sent = json(request.body());
      assertThat(sent.size()).isLessThanOrEqualTo(Alertmanager.MAX_IN_REQUEST);
      sent.forEach(alert -> assertThat(told.add(alert.at("/labels/slo").asText())).isTrue());
    }
    assertThat(told).hasSize(count);
  }

  @Test
  void tellsAllAgainWhenOneOfSeveralRequestsFailed() {
    for (int i = 0; i < Alertmanager.MAX_IN_REQUEST + 1; i++) {
      Alert alert = alert("slo-" + i, 1, FIRING, START);
      alerts.put(record(i, alert), alert);
    }
    receiver.answers(Reply.Outcome.FAILED, "HTTP 503: busy");
    for (int i = 0; i < 4; i++) {
      work();
    }
    assertThat(receiver.requests).hasSize(1);

    pass(Duration.ofSeconds(1));
    for (int i = 0; i < 4; i++) {
      work();
    }
    assertThat(receiver.requests).hasSize(3);
  }

  @Test
  void holdsAnAlertForLongerThanTheNextTryMayTake() throws IOException {
    Alertmanager manager =
        new Alertmanager("am", URI.create("http://am"), Duration.ofSeconds(1), parts);
    Alert firing = alert("checkout", 1, FIRING, START);
    alerts.put(record(1, firing), firing);

    manager.work(alerts, refusals::add);

    assertThat(json(receiver.requests.get(0).body()).at("/0/endsAt").asText())
        .isEqualTo("2026-01-01T00:04:00Z");
  }

  @Test
  void givesUpTheOldestWhenTooManyWaitForOneThatFails() {
    for (int i = 0; i < 3; i++) {
      receiver.answers(Reply.Outcome.FAILED, "HTTP 503: busy");
    }
    for (int i = 0; i < WebhookQueue.MAX_WAITING + 2; i++) {
      Alert alert = alert("slo-" + i, 1, FIRING, START);
      webhook.add(new Delivery(record(i, alert), alert, () -> done.add(Messages.key(alert))));
    }
    assertThat(refusals).isEmpty();
    work();
    work();

    assertThat(webhook.size()).isEqualTo(WebhookQueue.MAX_WAITING);
    assertThat(done).containsExactly("f-slo-0-1", "f-slo-1-1");
    assertThat(refusals).hasSize(2);
    assertThat(refusals.get(0).message())
        .isEqualTo("webhook-1 did not take the notification: 10000 newer ones wait");
  }

  private WebhookQueue.Parts with(Transport transport) {
    return new WebhookQueue.Parts(
        transport, parts.backoff(), parts.giveUpAfter(), parts.meters(), clock, () -> ticks);
  }

  private void pass(Duration time) {
    clock.advance(time);
    ticks += time.toMillis();
  }

  /** Tells whoever asks in the order of what stands on the topic. */
  private void tell(long offset, Alert alert) {
    alerts.put(record(offset, alert), alert);
    alertmanager.changed();
    work();
    work();
  }

  private void tellWebhook(long offset, Alert alert) {
    webhook.add(new Delivery(record(offset, alert), alert, () -> done.add(Messages.key(alert))));
    work();
  }

  private void work() {
    webhook.work(refusals::add);
    alertmanager.work(alerts, refusals::add);
  }

  private double count(String name, String outcome) {
    return registry
        .counter("sluice.notifier.notifications", "receiver", name, "outcome", outcome)
        .count();
  }

  private static JsonNode json(String body) throws IOException {
    return new ObjectMapper().readTree(body);
  }
}
