package io.sluice.instrumentation.jdbc;

import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Counts the rows of one result as they are read. For one thread at a time, as it is. */
final class CountedResult {

  private final RowCounts counts;
  private final Statement statement;
  private final String sql;
  private long rows;
  private boolean ended;

  /**
   * @param statement what the result says it is of
   */
  CountedResult(RowCounts counts, Statement statement, String sql) {
    this.counts = counts;
    this.statement = statement;
    this.sql = sql;
  }

  ResultSet wrap(ResultSet result) {
    return Passing.wrap(ResultSet.class, result, this::seen);
  }

  private @Nullable Object seen(
      Object result, String method, Object[] arguments, @Nullable Object returned) {
    switch (method) {
      case "next" -> {
        if (Boolean.TRUE.equals(returned)) {
          rows++;
        } else {
          end();
        }
      }
      case "close" -> end();
      case "getStatement" -> {
        return statement;
      }
      default -> {}
    }
    return returned;
  }

  /** Tells the rows, once. */
  void end() {
    if (!ended) {
      ended = true;
      counts.returned(sql, rows);
    }
  }
}
