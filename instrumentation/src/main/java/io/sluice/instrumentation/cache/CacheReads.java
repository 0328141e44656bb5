package io.sluice.instrumentation.cache;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;

/**
 * Metric: {@code cache.gets} by {@code cache} and {@code result} ({@code hit}, {@code miss}), as
 * Micrometer's binders for caches have it.
 */
final class CacheReads {

  private static final AttributeKey<String> CACHE = AttributeKey.stringKey("cache");
  private static final AttributeKey<String> RESULT = AttributeKey.stringKey("result");

  private final LongCounter gets;
  private final Attributes hit;
  private final Attributes miss;

  CacheReads(OpenTelemetry openTelemetry, String cache) {
    gets =
        openTelemetry
            .getMeter("io.sluice.instrumentation.cache")
            .counterBuilder("cache.gets")
            .setDescription("Reads of the cache by what they found.")
            .build();
    hit = Attributes.of(CACHE, cache, RESULT, "hit");
    miss = Attributes.of(CACHE, cache, RESULT, "miss");
  }

  /**
   * @param hits how many of the reads found something
   */
  void add(long reads, long hits) {
    if (hits > 0) {
      gets.add(hits, hit);
    }
    if (reads > hits) {
      gets.add(reads - hits, miss);
    }
  }
}
