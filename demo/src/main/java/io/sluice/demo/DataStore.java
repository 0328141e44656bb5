package io.sluice.demo;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.semconv.DbAttributes;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.sluice.instrumentation.Failures;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A database or cache in memory that is observed like one behind a network: a client span and the
 * duration of each statement by OpenTelemetry's conventions for databases.
 *
 * @param <V> what it keeps under a key
 */
final class DataStore<V> {

  private static final AttributeKey<Long> RETURNED_ROWS =
      AttributeKey.longKey("db.response.returned_rows");
  private static final List<Double> DURATION_BUCKETS =
      List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);

  private final Map<String, V> rows = new ConcurrentHashMap<>();
  private final Tracer tracer;
  private final DoubleHistogram duration;
  private final Attributes description;
  private final Latency latency;

  private DataStore(OpenTelemetry openTelemetry, Attributes description, Latency latency) {
    tracer = openTelemetry.getTracer("io.sluice.demo.datastore");
    duration =
        openTelemetry
            .getMeter("io.sluice.demo.datastore")
            .histogramBuilder("db.client.operation.duration")
            .setUnit("s")
            .setDescription("Duration of database client operations.")
            .setExplicitBucketBoundariesAdvice(DURATION_BUCKETS)
            .build();
    this.description = description;
    this.latency = latency;
  }

  /**
   * One statement.
   *
   * @param operation such as SELECT
   * @param collection the table, or null where there are none
   * @param text with placeholders, never with values
   * @param millis what it takes
   */
  record Statement(String operation, @Nullable String collection, String text, double millis) {

    String summary() {
      return collection == null ? operation : operation + " " + collection;
    }
  }

  static <V> DataStore<V> postgresql(OpenTelemetry openTelemetry, String name, Latency latency) {
    return new DataStore<>(openTelemetry, describe("postgresql", name, 5432), latency);
  }

  static <V> DataStore<V> redis(OpenTelemetry openTelemetry, String name, Latency latency) {
    return new DataStore<>(openTelemetry, describe("redis", name, 6379), latency);
  }

  private static Attributes describe(String system, String name, long port) {
    return Attributes.builder()
        .put(DbAttributes.DB_SYSTEM_NAME, system)
        .put(DbAttributes.DB_NAMESPACE, name)
        .put(ServerAttributes.SERVER_ADDRESS, name + "." + system + ".shop")
        .put(ServerAttributes.SERVER_PORT, port)
        .build();
  }

  /** What is there from the beginning: no statement, not observed. */
  void load(String key, V value) {
    rows.put(key, value);
  }

  /** What is kept under the key, or null. */
  @Nullable V get(Statement statement, String key) throws InterruptedException {
    return observed(statement, data -> data.get(key), value -> value == null ? 0L : 1L);
  }

  /** Everything that is kept, in no order. */
  List<V> all(Statement statement) throws InterruptedException {
    List<V> found =
        observed(
            statement, data -> List.copyOf(data.values()), list -> list == null ? 0 : list.size());
    return found == null ? List.of() : found;
  }

  void put(Statement statement, String key, V value) throws InterruptedException {
    observed(statement, data -> data.put(key, value), previous -> 0L);
  }

  void remove(Statement statement, String key) throws InterruptedException {
    observed(statement, data -> data.remove(key), previous -> 0L);
  }

  /**
   * Changes one row as a whole; of two at once, one comes after the other.
   *
   * @return the row after it, or null when there is none
   */
  @Nullable V update(Statement statement, String key, Function<V, V> change)
      throws InterruptedException {
    return observed(
        statement,
        data -> data.computeIfPresent(key, (same, row) -> change.apply(row)),
        row -> row == null ? 0L : 1L);
  }

  private <T> @Nullable T observed(
      Statement statement, Function<Map<String, V>, @Nullable T> work, RowCount<T> rowCount)
      throws InterruptedException {
    long start = System.nanoTime();
    Span span =
        tracer
            .spanBuilder(statement.summary())
            .setSpanKind(SpanKind.CLIENT)
            .setAllAttributes(description)
            .setAllAttributes(names(statement))
            .setAttribute(DbAttributes.DB_QUERY_TEXT, statement.text())
            .setAttribute(DbAttributes.DB_QUERY_SUMMARY, statement.summary())
            .startSpan();
    AttributesBuilder measured = description.toBuilder().putAll(names(statement));
    try (Scope current = span.makeCurrent()) {
      latency.about(statement.millis());
      T result = work.apply(rows);
      span.setAttribute(RETURNED_ROWS, rowCount.of(result));
      return result;
    } catch (InterruptedException | RuntimeException failure) {
      Failures.record(span, failure);
      measured.put(ErrorAttributes.ERROR_TYPE, Failures.type(failure));
      throw failure;
    } finally {
      span.end();
      duration.record((System.nanoTime() - start) / 1e9, measured.build());
    }
  }

  private static Attributes names(Statement statement) {
    AttributesBuilder names =
        Attributes.builder().put(DbAttributes.DB_OPERATION_NAME, statement.operation());
    if (statement.collection() != null) {
      names.put(DbAttributes.DB_COLLECTION_NAME, statement.collection());
    }
    return names.build();
  }

  private interface RowCount<T> {
    long of(@Nullable T result);
  }
}
