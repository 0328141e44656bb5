package io.sluice.instrumentation.jdbc;

import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Counts what one statement returns and changes. For one thread at a time, as it is. */
final class CountedStatement implements Passing.Seen {

  private final RowCounts counts;
  private final Connection connection;
  private String sql;

  /** The result whose rows are being read. */
  private @Nullable CountedResult reading;

  /** Whether the last result's number of changed rows is told already. */
  private boolean told;

  /**
   * @param connection what the statement says it is of
   * @param sql what it was prepared with, or empty
   */
  CountedStatement(RowCounts counts, Connection connection, String sql) {
    this.counts = counts;
    this.connection = connection;
    this.sql = sql;
  }

  Statement wrap(Statement statement) {
    if (statement instanceof CallableStatement call) {
      return Passing.wrap(CallableStatement.class, call, this);
    }
    return statement instanceof PreparedStatement prepared
        ? Passing.wrap(PreparedStatement.class, prepared, this)
        : Passing.wrap(Statement.class, statement, this);
  }

  @Override
  public @Nullable Object result(
      Object statement, String method, Object[] arguments, @Nullable Object result) {
    if (arguments.length > 0 && arguments[0] instanceof String text && isOfSql(method)) {
      sql = text;
    }
    switch (method) {
      case "execute", "getMoreResults", "close" -> next();
      case "executeUpdate", "executeLargeUpdate" -> {
        next();
        changed(number(result));
      }
      case "executeBatch" ->
          batch(
              result instanceof int[] rows
                  ? Arrays.stream(rows).asLongStream()
                  : LongStream.empty());
      case "executeLargeBatch" ->
          batch(result instanceof long[] rows ? Arrays.stream(rows) : LongStream.empty());
      case "getUpdateCount", "getLargeUpdateCount" -> changed(number(result));
      case "executeQuery", "getResultSet" -> {
        return result instanceof ResultSet rows ? read((Statement) statement, rows) : result;
      }
      case "getConnection" -> {
        return connection;
      }
      default -> {}
    }
    return result;
  }

  /** Of a batch that failed the driver says what it had changed before, or besides. */
  @Override
  public void failed(Throwable failure) {
    if (failure instanceof BatchUpdateException batch) {
      long[] rows = batch.getLargeUpdateCounts();
      batch(rows == null ? LongStream.empty() : Arrays.stream(rows));
    }
  }

  private static boolean isOfSql(String method) {
    return method.startsWith("execute") || method.equals("addBatch");
  }

  private static long number(@Nullable Object result) {
    return result instanceof Number number ? number.longValue() : -1;
  }

  /** What comes now is another result. */
  private void next() {
    if (reading != null) {
      reading.end();
      reading = null;
    }
    told = false;
  }

  private void changed(long rows) {
    if (!told && rows >= 0) {
      counts.affected(sql, rows);
      told = true;
    }
  }

  /** A driver may not know of some how many rows they changed. */
  private void batch(LongStream rows) {
    next();
    long[] known = rows.filter(count -> count >= 0).toArray();
    if (known.length > 0) {
      changed(Arrays.stream(known).sum());
    }
  }

  private ResultSet read(Statement statement, ResultSet rows) {
    next();
    CountedResult result = new CountedResult(counts, statement, sql);
    reading = result;
    return result.wrap(rows);
  }
}
