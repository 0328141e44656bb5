package io.sluice.alerts;

import io.sluice.processor.conformance.Conformance;
import io.sluice.processor.conformance.Outputs;
import io.sluice.processor.conformance.Subject;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** The alert engine keeps what Sluice asks of every processor. */
class AlertsConformanceIT {

  private static final AvroSerde<SliWindow> WINDOWS = AvroSerde.of(SliWindow.getClassSchema());
  private static final AvroSerde<Alert> ALERTS = AvroSerde.of(Alert.getClassSchema());
  private static final String SLO = "checkout";
  private static final int TOGETHER = 6;

  @Conformance
  void alerts(Subject subject) {
    subject
        .runs(new AlertsProcessor(), patient())
        .define(SloFile.set(1, SloFile.slo(SLO).page(2, "10m", "5m", "0s")))
        .keeps(Duration.ofDays(400)) // sums are kept for a year
        .reads(
            (round, inputs) ->
                inputs.send(
                    Topics.SLIS,
                    SLO.getBytes(StandardCharsets.UTF_8),
                    WINDOWS.encode(bad(round % TOGETHER, inputs.now()))))
        .result(AlertsConformanceIT::states);
  }

  /** Long enough for a busy machine: that input is late is not what this is about. */
  private static AlertsConfig patient() {
    AlertsConfig usual = AlertsConfig.defaults();
    return new AlertsConfig(
        usual.evaluationInterval(),
        Duration.ofDays(1),
        usual.minimumBadEvents(),
        usual.keepFiringFor(),
        usual.corrections(),
        usual.consoleUrl());
  }

  /** A window not long ago whose events were all bad. */
  private static SliWindow bad(int windowsAgo, Instant now) {
    long length = Windows.LENGTH.toMillis();
    long start = (now.toEpochMilli() / length - 1 - windowsAgo) * length;
    return SliWindow.newBuilder(Windows.window(0, 100, 100))
        .setSloId(SLO)
        .setStartTimeUnixNano(start * 1_000_000)
        .build();
  }

  private static Object states(Outputs outputs) {
    return outputs.latest(Topics.ALERTS, bytes -> ALERTS.decode(bytes).getState());
  }
}
