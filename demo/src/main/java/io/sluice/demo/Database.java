package io.sluice.demo;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.jdbc.datasource.JdbcTelemetry;
import io.sluice.instrumentation.jdbc.JdbcRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * A service's own database: H2 in memory, through a pool, observed by OpenTelemetry's library for
 * JDBC. It is gone when it is closed. One process has one of a name.
 */
final class Database implements AutoCloseable {

  /** Rows of a table that only grows: the shop may run for weeks. */
  private static final int KEPT = 10_000;

  private final String name;
  private final JdbcConnectionPool pool;
  private final DataSource observed;
  private final AtomicLong appended = new AtomicLong();

  private Database(String name, JdbcConnectionPool pool, DataSource observed) {
    this.name = name;
    this.pool = pool;
    this.observed = observed;
  }

  /**
   * Opens a new one with these tables; what makes them is not observed.
   *
   * @param statements without values
   */
  static Database open(OpenTelemetry openTelemetry, String name, String... statements) {
    JdbcConnectionPool pool = JdbcConnectionPool.create("jdbc:h2:mem:" + name, "shop", "");
    DataSource observed =
        JdbcTelemetry.create(openTelemetry)
            .wrap(JdbcRows.of(openTelemetry, name).wrap(CountedRows.of(pool, DataSource.class)));
    Database database = new Database(name, pool, observed);
    for (String statement : statements) {
      database.run(pool, statement, PreparedStatement::execute);
    }
    return database;
  }

  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** All rows that the query finds. */
  <T> List<T> all(String query, Row<T> row, Object... values) {
    return run(
        observed,
        query,
        statement -> {
          List<T> found = new ArrayList<>();
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              found.add(row.read(rows));
            }
          }
          return found;
        },
        values);
  }

  /** The first row that the query finds. */
  <T> Optional<T> one(String query, Row<T> row, Object... values) {
    return all(query, row, values).stream().findFirst();
  }

  /** How many rows the statement changed. */
  int change(String statement, Object... values) {
    return run(observed, statement, PreparedStatement::executeUpdate, values);
  }

  /**
   * Adds a row to a table that only grows. Of its rows the last 10,000 are kept, and some more;
   * what takes the others away is not observed.
   */
  void append(String table, String statement, Object... values) {
    change(statement, values);
    if (appended.incrementAndGet() % (KEPT / 10) == 0) {
      load(
          "DELETE FROM " + table + " WHERE _ROWID_ <= (SELECT MAX(_ROWID_) FROM " + table + ") - ?",
          KEPT);
    }
  }

  /** As {@link #change}, but it is part of no trace: what is there from the beginning. */
  void load(String statement, Object... values) {
    run(pool, statement, PreparedStatement::executeUpdate, values);
  }

  private <T> T run(DataSource source, String sql, Use<T> use, Object... values) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return use.of(statement);
    } catch (SQLException failure) {
      throw new IllegalStateException(
          "the database " + name + " could not do what it was asked for", failure);
    }
  }

  @Override
  public void close() {
    pool.dispose();
  }

  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }
}
