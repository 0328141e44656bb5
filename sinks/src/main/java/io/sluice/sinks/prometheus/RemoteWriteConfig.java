package io.sluice.sinks.prometheus;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.stage.ClientCredentials;
import io.sluice.schemas.stage.ClientTls;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Settings of remote write, which is part of the Prometheus sink's role. */
public record RemoteWriteConfig(
    @JsonPropertyDescription(
            "Where to write series to, by Prometheus remote write 1.0, for example"
                + " http://prometheus:9090/api/v1/write. Empty: nowhere.")
        String url,
    @JsonPropertyDescription("Labels that every series gets which does not have them.")
        Map<String, String> externalLabels,
    @JsonPropertyDescription(
            "Rules over the labels, in their order, as Prometheus' write_relabel_configs: action"
                + " (keep, drop, replace), sourceLabels, separator, regex, targetLabel, replacement."
                + " __name__ is the metric's name without _bucket, _sum and _count.")
        List<RelabelRule> relabel,
    @JsonPropertyDescription(
            "How histograms are written: classic (buckets of prometheusSink.buckets), native (the"
                + " receiver must know them), or both.")
        Histograms histograms,
    @JsonPropertyDescription("Series in one request, at most. Each has one sample of every bucket.")
        int maxSeries,
    @JsonPropertyDescription(
            "Requests at one time. A series is always in the same one, so its samples keep their"
                + " order.")
        int shards,
    @JsonPropertyDescription("How long an answer may take.") Duration timeout,
    @JsonPropertyDescription("User for basic authentication; empty for none.") String username,
    @JsonPropertyDescription("File with that user's password.") String passwordFile,
    @JsonPropertyDescription("File with a bearer token; empty for none.") String bearerTokenFile,
    @JsonPropertyDescription("TLS.") ClientTls tls) {

  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  /** What a histogram becomes. */
  public enum Histograms {
    CLASSIC,
    NATIVE,
    BOTH
  }

  public RemoteWriteConfig {
    externalLabels = Map.copyOf(externalLabels);
    relabel = List.copyOf(relabel);
    unless(
        "url",
        url.isEmpty() || isAddress(url),
        "an http or https address, without user",
        "another (not shown)");
    for (String name : externalLabels.keySet()) {
      unless("externalLabels", LABEL.matcher(name).matches(), "names of labels", name);
    }
    unless("maxSeries", maxSeries >= 1 && maxSeries <= 100_000, "1 to 100000", maxSeries);
    unless("shards", shards >= 1 && shards <= 64, "1 to 64", shards);
    unless("timeout", timeout.toMillis() >= 100, "100ms or more", timeout);
    var unused = new ClientCredentials(username, passwordFile, bearerTokenFile); // which checks
  }

  ClientCredentials credentials() {
    return new ClientCredentials(username, passwordFile, bearerTokenFile);
  }

  /** Whether series are written anywhere. */
  public boolean isOn() {
    return !url.isEmpty();
  }

  private static boolean isAddress(String url) {
    try {
      URI uri = URI.create(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return http && uri.getHost() != null && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  public static RemoteWriteConfig defaults() {
    return new RemoteWriteConfig(
        "",
        Map.of(),
        List.of(),
        Histograms.CLASSIC,
        2_000,
        4,
        Duration.ofSeconds(30),
        "",
        "",
        "",
        ClientTls.none());
  }
}
