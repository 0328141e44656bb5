package io.sluice.instrumentation.jdbc;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The histograms of one database. */
final class RowCounts {

  private static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("db.namespace");
  private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
  private static final Set<String> OPERATIONS =
      Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "CALL");
  private static final int LONGEST_OPERATION = 6;

  /** Those of the semantic conventions. */
  private static final List<Long> BOUNDS =
      List.of(1L, 2L, 5L, 10L, 20L, 50L, 100L, 200L, 500L, 1_000L, 2_000L, 5_000L, 10_000L);

  private final LongHistogram returned;
  private final LongHistogram affected;
  private final Attributes other;
  private final Map<String, Attributes> byOperation;

  RowCounts(OpenTelemetry openTelemetry, String database) {
    Meter meter = openTelemetry.getMeter("io.sluice.instrumentation.jdbc");
    returned =
        histogram(meter, "db.client.response.returned_rows", "Rows that a statement returned.");
    affected =
        histogram(meter, "db.client.response.affected_rows", "Rows that a statement changed.");
    other = Attributes.of(NAMESPACE, database);
    byOperation =
        OPERATIONS.stream()
            .collect(
                Collectors.toMap(
                    Function.identity(),
                    operation -> Attributes.of(NAMESPACE, database, OPERATION, operation)));
  }

  void returned(String sql, long rows) {
    returned.record(rows, attributes(sql));
  }

  void affected(String sql, long rows) {
    affected.record(rows, attributes(sql));
  }

  /** By the first word. */
  private Attributes attributes(String sql) {
    int begin = 0;
    while (begin < sql.length() && Character.isWhitespace(sql.charAt(begin))) {
      begin++;
    }
    int end = begin;
    while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
      if (++end - begin > LONGEST_OPERATION) {
        return other;
      }
    }
    String word = sql.substring(begin, end).toUpperCase(Locale.ROOT);
    return byOperation.getOrDefault(word, other);
  }

  private static LongHistogram histogram(Meter meter, String name, String description) {
    return meter
        .histogramBuilder(name)
        .ofLongs()
        .setUnit("{row}")
        .setDescription(description)
        .setExplicitBucketBoundariesAdvice(BOUNDS)
        .build();
  }
}
