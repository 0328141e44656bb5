package io.sluice.alerts.notify;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of the notifier. Without a receiver it does nothing. */
public record NotifierConfig(
    @JsonPropertyDescription(
            "Addresses of Alertmanagers, such as http://alertmanager:9093. Each is told everything: a"
                + " cluster of them knows what is the same. One with a password (https://user:password@…)"
                + " is written file:PATH or env:NAME.")
        List<String> alertmanagers,
    @JsonPropertyDescription(
            "Addresses that get each transition to FIRING and RESOLVED in Alertmanager's webhook format."
                + " An address that is a secret is written file:PATH or env:NAME.")
        List<String> webhooks,
    @JsonPropertyDescription(
            "Where the key is that signs webhooks (HMAC-SHA256): file:PATH or env:NAME. Without, they are"
                + " not signed.")
        @Nullable String webhookKey,
    @JsonPropertyDescription(
            "How often an Alertmanager is told again what fires. It takes an alert for over that it has"
                + " not heard of for four times as long, and at least 4 minutes.")
        Duration resendInterval,
    @JsonPropertyDescription(
            "How long a notification is tried again that a webhook did not take; then it is a dead"
                + " letter.")
        Duration giveUpAfter,
    @JsonPropertyDescription(
            "Print what would be sent, one JSON document a line on standard output, and send nothing.")
        boolean dryRun) {

  public NotifierConfig {
    alertmanagers = List.copyOf(alertmanagers);
    webhooks = List.copyOf(webhooks);
    for (String url : alertmanagers) {
      // Not quoted, nor are those of webhooks: such an address often is, or has, a password.
      unless(
          "alertmanagers",
          isHttp(url) || Secret.isSource(url),
          "http or https addresses",
          "another");
    }
    for (String url : webhooks) {
      unless("webhooks", isHttp(url) || Secret.isSource(url), "http or https addresses", "another");
    }
    unless(
        "webhookKey",
        webhookKey == null || Secret.isSource(webhookKey),
        "file:PATH or env:NAME",
        "something else");
    unless(
        "resendInterval",
        resendInterval.compareTo(Duration.ofSeconds(1)) >= 0
            && resendInterval.compareTo(Duration.ofMinutes(10)) <= 0,
        "1s to 10m",
        resendInterval);
    unless("giveUpAfter", !giveUpAfter.isNegative(), "zero or more", giveUpAfter);
  }

  public static NotifierConfig defaults() {
    return new NotifierConfig(
        List.of(), List.of(), null, Duration.ofMinutes(1), Duration.ofHours(1), false);
  }

  /** Without the addresses, which may be secrets. */
  @Override
  public String toString() {
    return "NotifierConfig["
        + alertmanagers.size()
        + " Alertmanagers, "
        + webhooks.size()
        + " webhooks]";
  }

  static boolean isHttp(String url) {
    try {
      URI uri = URI.create(url);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
