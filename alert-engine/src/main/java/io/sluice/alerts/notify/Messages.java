package io.sluice.alerts.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Alerts in the formats that receivers read: Alertmanager's {@code /api/v2/alerts}, and its webhook
 * payload of version 4.
 *
 * @see <a
 *     href="https://prometheus.io/docs/alerting/latest/configuration/#webhook_config">Alertmanager,
 *     webhook_config</a>
 */
final class Messages {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Messages() {}

  /** The key of a transition: whoever keeps those it has seen sees each once. */
  static String key(Alert alert) {
    return alert.getFingerprint() + "-" + alert.getTransition();
  }

  /**
   * What an Alertmanager is sent.
   *
   * @param firingUntil until when it holds those for firing that it does not hear of again
   */
  static byte[] forAlertmanager(Collection<Alert> alerts, Instant firingUntil) {
    ArrayNode all = JSON.createArrayNode();
    for (Alert alert : alerts) {
      ObjectNode one = all.addObject();
      putAll(one.putObject("labels"), alert.getLabels());
      putAll(one.putObject("annotations"), alert.getAnnotations());
      one.put("startsAt", time(alert.getStartsAtUnixNano()));
      one.put("endsAt", isFiring(alert) ? firingUntil.toString() : time(alert.getEndsAtUnixNano()));
      one.put("generatorURL", url(alert));
    }
    return bytes(all);
  }

  /** What a webhook is sent of one transition. */
  static byte[] forWebhook(Alert alert) {
    String status = isFiring(alert) ? "firing" : "resolved";
    ObjectNode payload = JSON.createObjectNode();
    payload.put("version", "4");
    payload.put("groupKey", "sluice:" + alert.getFingerprint());
    payload.put("truncatedAlerts", 0);
    payload.put("status", status);
    payload.put("receiver", "sluice");
    putAll(payload.putObject("groupLabels"), alert.getLabels());
    putAll(payload.putObject("commonLabels"), alert.getLabels());
    putAll(payload.putObject("commonAnnotations"), alert.getAnnotations());
    payload.put("externalURL", url(alert));
    ObjectNode one = payload.putArray("alerts").addObject();
    one.put("status", status);
    putAll(one.putObject("labels"), alert.getLabels());
    putAll(one.putObject("annotations"), alert.getAnnotations());
    one.put("startsAt", time(alert.getStartsAtUnixNano()));
    // Alertmanager says the year 1 for an alert that has no end yet.
    one.put("endsAt", isFiring(alert) ? "0001-01-01T00:00:00Z" : time(alert.getEndsAtUnixNano()));
    one.put("generatorURL", url(alert));
    one.put("fingerprint", alert.getFingerprint());
    return bytes(payload);
  }

  static boolean isFiring(Alert alert) {
    return alert.getState() == AlertState.FIRING;
  }

  private static String url(Alert alert) {
    return alert.getAnnotations().getOrDefault("dashboard_url", "");
  }

  private static String time(long nanos) {
    return Instant.EPOCH.plusNanos(nanos).toString();
  }

  private static void putAll(ObjectNode node, Map<String, String> texts) {
    new TreeMap<>(texts).forEach(node::put);
  }

  private static byte[] bytes(Object json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts can be written", e);
    }
  }
}
