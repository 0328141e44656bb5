package io.sluice.alerts.notify;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.BurnRateCause;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Transitions as tests say them. */
final class Transitions {

  static final AvroSerde<Alert> SERDE = AvroSerde.of(Alert.getClassSchema());

  private Transitions() {}

  /** A transition of the alert of one SLO. */
  static Alert alert(String slo, long number, AlertState state, Instant time) {
    long nanos = time.toEpochMilli() * 1_000_000;
    return Alert.newBuilder()
        .setFingerprint("f-" + slo)
        .setTransition(number)
        .setState(state)
        .setLabels(
            Map.of(
                "alertname", "ErrorBudgetBurn",
                "slo", slo,
                "service", "shop",
                "severity", "page",
                "window", "1h"))
        .setAnnotations(
            Map.of("summary", slo + " burns", "dashboard_url", "http://console/#/slos/" + slo))
        .setStartsAtUnixNano(nanos)
        .setEndsAtUnixNano(state == AlertState.RESOLVED ? nanos : 0)
        .setTimeUnixNano(nanos)
        .setCause(new BurnRateCause(0.99, 5.0, 60L, 12.0, 880L, 1000L, 15L, 20.0, 8L, 10L))
        .setExampleTraces(List.of())
        .build();
  }

  static ConsumerRecord<byte[], byte[]> record(long offset, Alert alert) {
    return new ConsumerRecord<>(
        "sluice.alerts",
        0,
        offset,
        alert.getFingerprint().getBytes(StandardCharsets.UTF_8),
        SERDE.encode(alert));
  }
}
