package io.sluice.alerts;

import io.sluice.schemas.definitions.BurnRatePolicy;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.settings.DurationText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One burn-rate policy of an SLO: its condition, labels, fingerprint and words. */
final class AlertRule {

  private static final int FINGERPRINT_BYTES = 16;

  private final Slo slo;
  private final BurnRatePolicy policy;
  private final BurnRate burnRate;
  private final Map<String, String> labels;
  private final String fingerprint;

  AlertRule(Slo slo, BurnRatePolicy policy) {
    this.slo = slo;
    this.policy = policy;
    this.burnRate =
        new BurnRate(
            slo.objective(), policy.threshold(), policy.longWindow(), policy.shortWindow());
    this.labels =
        Map.of(
            "alertname", "ErrorBudgetBurn",
            "slo", slo.id(),
            "service", slo.service(),
            "severity", policy.severity(),
            "window", DurationText.format(policy.longWindow()));
    this.fingerprint = fingerprint(labels);
  }

  BurnRate burnRate() {
    return burnRate;
  }

  Duration holdFor() {
    return policy.holdFor();
  }

  Map<String, String> labels() {
    return labels;
  }

  String fingerprint() {
    return fingerprint;
  }

  /**
   * What a decision tells people.
   *
   * @param due false for an alert that ends
   */
  AlertLifecycle.Evidence evidence(SliHistory history, boolean due, String consoleUrl) {
    BurnRate.Reading reading = burnRate.read(history);
    return new AlertLifecycle.Evidence(
        burnRate.cause(reading),
        annotations(reading, due, consoleUrl.replaceFirst("/+$", "")),
        history.badTraces(policy.longWindow().toNanos()));
  }

  private Map<String, String> annotations(
      BurnRate.Reading reading, boolean due, String consoleUrl) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(
        "summary",
        due
            ? String.format(
                Locale.ROOT,
                "%s burns its error budget %.1f times too fast",
                slo.displayName(),
                reading.shortRate())
            : slo.displayName() + " no longer burns its error budget too fast");
    annotations.put(
        "description",
        String.format(
            Locale.ROOT,
            "%d of %d events were bad in the last %s and %d of %d in the last %s; %s must be"
                + " good. The alert is due above %.4g times the rate that spends the budget in %s.",
            reading.longCounts().total() - reading.longCounts().good(),
            reading.longCounts().total(),
            DurationText.format(policy.longWindow()),
            reading.shortCounts().total() - reading.shortCounts().good(),
            reading.shortCounts().total(),
            DurationText.format(policy.shortWindow()),
            slo.objectiveText(),
            policy.threshold(),
            DurationText.format(slo.period())));
    annotations.put("dashboard_url", consoleUrl + "/#/slos/" + slo.id());
    if (slo.runbook() != null) {
      annotations.put("runbook_url", consoleUrl + "/#/runbooks/" + slo.runbook());
    }
    return annotations;
  }

  /** Hex of the labels' digest, so that the same alert has it on every machine for ever. */
  private static String fingerprint(Map<String, String> labels) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(labels)
        .forEach((name, value) -> text.append(name).append('\0').append(value).append('\0'));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
