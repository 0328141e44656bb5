package io.sluice.alerts;

import io.sluice.processor.StepContext;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;

/**
 * Alerts as series, for panels and annotations: {@code sluice_alert_firing} is 1 while an alert
 * fires, and gone when it does not, as Prometheus does with its own {@code ALERTS}.
 */
final class AlertSeries {

  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());

  private AlertSeries() {}

  static void send(Alert transition, StepContext context) {
    SeriesPoint point = of(transition);
    byte[] identity = SeriesIdentity.of(point).getBytes(StandardCharsets.UTF_8);
    if (transition.getState() == AlertState.FIRING) {
      context.send(Topics.SERIES, identity, SERIES.encode(point));
    } else if (transition.getState() == AlertState.RESOLVED) {
      context.send(Topics.SERIES, identity, null);
    }
  }

  private static SeriesPoint of(Alert transition) {
    return SeriesPoint.newBuilder()
        .setName("sluice_alert_firing")
        .setHelp("Alerts that fire.")
        .setType(SeriesType.GAUGE)
        .setLabels(transition.getLabels())
        .setStartTimeUnixNano(0)
        .setTimeUnixNano(transition.getTimeUnixNano())
        .setValue(1)
        .build();
  }
}
