package io.sluice.alerts;

import io.sluice.schemas.PlainText;
import io.sluice.schemas.definitions.Slo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** One condition of an SLO that people are told of. */
interface AlertRule {

  /** The label that names the group, of an SLO that has some. */
  String GROUP = "group";

  /** What tells the alert from others, and what receivers route by. */
  Map<String, String> labels();

  /** Hex of the labels' digest, so that the same alert has it on every machine for ever. */
  String fingerprint();

  /** How long the condition must hold before the alert fires. */
  Duration holdFor();

  /** How long the alert fires on after its condition has ended. */
  Duration keepFiringFor();

  /**
   * How long an alert that came back at once is kept firing the first time; twice that the next.
   */
  Duration flapHold();

  /** Within which time after its end an alert is the same trouble again, and the longest hold. */
  Duration flapWindow();

  /**
   * @param isOpen whether the alert is pending or fires
   */
  boolean isDue(SliHistory history, boolean isOpen, long nowNanos);

  /**
   * What a decision tells people.
   *
   * @param due false for an alert that ends
   */
  AlertLifecycle.Evidence evidence(SliHistory history, boolean due, long nowNanos);

  /** The labels that every alert of an SLO has: those of its groups tell of the same SLO. */
  static Map<String, String> labels(String alertname, Slo slo, String severity) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("alertname", alertname);
    labels.put("slo", slo.group() == null ? slo.id() : slo.group().sloId());
    labels.put("service", slo.service());
    labels.put("severity", severity);
    if (slo.group() != null) {
      labels.put(GROUP, slo.group().label());
    }
    return labels;
  }

  /** What people are told of the SLO; a group's name comes from attributes. */
  static String name(Slo slo) {
    return slo.group() == null
        ? slo.displayName()
        : slo.displayName() + " (" + PlainText.of(slo.group().text()) + ")";
  }

  /** The digest of labels. */
  static String fingerprint(Map<String, String> labels) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(labels)
        .forEach((name, value) -> text.append(name).append('\0').append(value).append('\0'));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
