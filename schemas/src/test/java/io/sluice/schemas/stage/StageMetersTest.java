package io.sluice.schemas.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Reason;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StageMetersTest {

  private final MeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void everyMeterIsThereBeforeAnythingHappened() {
    StageMeters meters = new StageMeters(registry, "traces");

    for (Reason reason : Reason.values()) {
      assertThat(dead(reason)).isZero();
    }
    assertThat(records("in")).isZero();
    assertThat(records("out")).isZero();
    assertThat(registry.get(StageMeters.LAG).tag("stage", "traces").gauge().value()).isZero();
    meters.dead(Reason.MALFORMED, 2);
    assertThat(dead(Reason.MALFORMED)).isEqualTo(2);
  }

  @Test
  void severalOfOneStageCountTogether() {
    StageMeters first = new StageMeters(registry, "traces");
    StageMeters second = new StageMeters(registry, "traces");

    first.in(1);
    second.in(2);
    second.out(3);
    first.processed(Duration.ofMillis(5));
    second.processed(Duration.ofMillis(6));
    second.lag(7);
    second.eventDelay(Duration.ofMillis(1500));

    assertThat(records("in")).isEqualTo(3);
    assertThat(records("out")).isEqualTo(3);
    assertThat(registry.get(StageMeters.PROCESSING).timer().totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(11);
    assertThat(registry.get(StageMeters.LAG).gauge().value()).isEqualTo(7);
    assertThat(registry.get(StageMeters.EVENT_DELAY).gauge().value()).isEqualTo(1.5);
  }

  @Test
  void stagesAndRegistriesAreApart() {
    new StageMeters(registry, "traces").lag(7);
    new StageMeters(registry, "sli").lag(8);
    new StageMeters(new SimpleMeterRegistry(), "traces").lag(9);

    assertThat(registry.get(StageMeters.LAG).tag("stage", "traces").gauge().value()).isEqualTo(7);
    assertThat(registry.get(StageMeters.LAG).tag("stage", "sli").gauge().value()).isEqualTo(8);
  }

  @Test
  void connectionDoesNotShowItsSecrets() {
    KafkaConnection connection =
        new KafkaConnection(
            "broker:9092", Map.of("sasl.jaas.config", "hunter2"), new Namespace("acme"));

    assertThat(connection.toString()).contains("broker:9092", "acme").doesNotContain("hunter2");
    assertThat(connection.clientConfig())
        .containsEntry("bootstrap.servers", "broker:9092")
        .containsEntry("sasl.jaas.config", "hunter2");
  }

  private double records(String direction) {
    return registry.get(StageMeters.RECORDS).tag("direction", direction).counter().count();
  }

  private double dead(Reason reason) {
    String label = reason.name().toLowerCase(Locale.ROOT);
    return registry.get(StageMeters.DEAD).tag("reason", label).counter().count();
  }
}
