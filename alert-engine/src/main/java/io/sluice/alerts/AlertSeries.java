package io.sluice.alerts;

import io.sluice.schemas.Alert;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;

/**
 * Alerts as series, for panels and annotations: {@code sluice_alert_firing} is 1 while an alert
 * fires, and gone when it does not, as Prometheus does with its own {@code ALERTS}.
 */
final class AlertSeries {

  private AlertSeries() {}

  static SeriesPoint of(Alert transition) {
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
