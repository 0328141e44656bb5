package io.sluice.sinks.search;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.stage.ClientCredentials;
import io.sluice.schemas.stage.ClientTls;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Settings of the search sink's store {@code opensearch}. */
public record OpenSearchConfig(
    @JsonPropertyDescription(
            "Addresses of the cluster's nodes, for example http://opensearch:9200, all with the same"
                + " scheme.")
        List<String> urls,
    @JsonPropertyDescription(
            "Attribute names, of logs and of spans, that get a field of their own in an index. Others"
                + " are kept together in a flattened field.")
        int maxAttributeFields,
    @JsonPropertyDescription(
            "Bulk requests at one time, at most. How many there are, and how large, follows what the"
                + " cluster takes.")
        int maxConcurrency,
    @JsonPropertyDescription("How long an answer may take.") Duration timeout,
    @JsonPropertyDescription("User for basic authentication; empty for none.") String username,
    @JsonPropertyDescription("File with that user's password.") String passwordFile,
    @JsonPropertyDescription("File with a bearer token; empty for none.") String bearerTokenFile,
    @JsonPropertyDescription("TLS.") ClientTls tls) {

  public OpenSearchConfig {
    urls = List.copyOf(urls);
    unless(
        "urls",
        !urls.isEmpty() && urls.stream().allMatch(OpenSearchConfig::isAddress),
        "http or https addresses, without user or path",
        "another (not shown)");
    unless(
        "urls",
        urls.stream().map(url -> URI.create(url).getScheme()).distinct().count() == 1,
        "addresses with the same scheme",
        "both");
    unless(
        "maxAttributeFields",
        maxAttributeFields >= 10 && maxAttributeFields <= 10_000,
        "10 to 10000",
        maxAttributeFields);
    unless(
        "maxConcurrency", maxConcurrency >= 1 && maxConcurrency <= 32, "1 to 32", maxConcurrency);
    unless("timeout", timeout.toMillis() >= 100, "100ms or more", timeout);
    var unused = new ClientCredentials(username, passwordFile, bearerTokenFile); // which checks
  }

  ClientCredentials credentials() {
    return new ClientCredentials(username, passwordFile, bearerTokenFile);
  }

  private static boolean isAddress(String url) {
    try {
      URI uri = URI.create(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean bare = uri.getPath().isEmpty() || uri.getPath().equals("/");
      return http && bare && uri.getHost() != null && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  public static OpenSearchConfig defaults() {
    return new OpenSearchConfig(
        List.of("http://127.0.0.1:9200"),
        500,
        4,
        Duration.ofSeconds(60),
        "",
        "",
        "",
        ClientTls.none());
  }
}
