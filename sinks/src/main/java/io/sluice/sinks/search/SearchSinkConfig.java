package io.sluice.sinks.search;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.settings.DataSize;
import java.time.Duration;

/** Settings of the search sink. */
public record SearchSinkConfig(
    @JsonPropertyDescription(
            "Where documents are kept: lucene (an index in the data directory) or opensearch.")
        Store store,
    @JsonPropertyDescription("How soon what was indexed can be found.") Duration refreshInterval,
    @JsonPropertyDescription(
            "How often the index and the offsets with it are made durable. After a crash that much is"
                + " read from Kafka again.")
        Duration commitInterval,
    @JsonPropertyDescription(
            "How long logs and traces are kept after they were stored. They go in parts: of a"
                + " thirty-second of this with Lucene, of a day with OpenSearch.")
        Duration retention,
    @JsonPropertyDescription(
            "Size of the Lucene index over which what was stored first is forgotten, a sixteenth at"
                + " a time.")
        DataSize maxSize,
    @JsonPropertyDescription("The cluster, if store is opensearch.") OpenSearchConfig openSearch) {

  /** Where documents are kept. */
  public enum Store {
    LUCENE,
    OPENSEARCH
  }

  public SearchSinkConfig {
    unless("refreshInterval", isAtLeast(refreshInterval, 50), "50ms or more", refreshInterval);
    unless("commitInterval", isAtLeast(commitInterval, 100), "100ms or more", commitInterval);
    unless("maxSize", maxSize.bytes() >= 64 << 20, "64MiB or more", maxSize);
    unless("retention", isAtLeast(retention, 60_000), "1m or more", retention);
  }

  public static SearchSinkConfig defaults() {
    return new SearchSinkConfig(
        Store.LUCENE,
        Duration.ofMillis(300),
        Duration.ofSeconds(5),
        Duration.ofDays(3),
        DataSize.ofMiB(50 << 10),
        OpenSearchConfig.defaults());
  }

  private static boolean isAtLeast(Duration value, long millis) {
    return value.toMillis() >= millis;
  }
}
