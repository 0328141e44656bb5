package io.sluice.instrumentation.jdbc;

import io.opentelemetry.api.OpenTelemetry;
import java.sql.Connection;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Counts the rows that statements over JDBC return and change: {@code JdbcRows.of(otel,
 * "orders").wrap(dataSource)}. A result's rows are counted as the service reads them, so nothing is
 * held and no cursor is moved; what it left unread is not in the number.
 *
 * <p>The histograms are {@code db.client.response.returned_rows}, as the semantic conventions have
 * it, and {@code db.client.response.affected_rows}, with {@code db.namespace} and, of the usual
 * statements, {@code db.operation.name}. It needs no tracing, and goes below or above a library
 * that traces. Safe for use by several threads, as the data source is.
 */
public final class JdbcRows {

  private final RowCounts counts;

  private JdbcRows(RowCounts counts) {
    this.counts = counts;
  }

  /**
   * Of a database.
   *
   * @param database its name on the metrics, as {@code db.namespace}
   */
  public static JdbcRows of(OpenTelemetry openTelemetry, String database) {
    return new JdbcRows(new RowCounts(openTelemetry, database));
  }

  /** Closing it is still up to whoever made the real one. */
  public DataSource wrap(DataSource dataSource) {
    return Passing.wrap(
        DataSource.class,
        dataSource,
        (proxy, method, arguments, result) ->
            result instanceof Connection connection
                ? Passing.wrap(Connection.class, connection, this::statement)
                : result);
  }

  private @Nullable Object statement(
      Object connection, String method, Object[] arguments, @Nullable Object result) {
    if (!(result instanceof Statement statement)) {
      return result;
    }
    String sql = arguments.length > 0 && arguments[0] instanceof String text ? text : "";
    return new CountedStatement(counts, (Connection) connection, sql).wrap(statement);
  }
}
