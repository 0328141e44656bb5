package io.sluice.instrumentation.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.instrumentation.jdbc.datasource.JdbcTelemetry;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.sluice.instrumentation.RecordedTelemetry;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On H2. */
class JdbcRowsTest {

  private static final String RETURNED = "db.client.response.returned_rows";
  private static final String AFFECTED = "db.client.response.affected_rows";

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final DataSource counted =
      JdbcRows.of(telemetry.openTelemetry(), "orders").wrap(database());
  private Connection connection;

  @BeforeEach
  void fill() throws SQLException {
    try (Connection real = database().getConnection();
        Statement statement = real.createStatement()) {
      statement.execute("CREATE TABLE orders (id INT PRIMARY KEY, paid BOOLEAN)");
      statement.execute("INSERT INTO orders SELECT x, FALSE FROM SYSTEM_RANGE(1, 5)");
    }
    connection = counted.getConnection();
  }

  @AfterEach
  void close() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN");
    }
    telemetry.close();
  }

  @Test
  void rowsThatWereReadToTheirEndOrUntilTheResultWasClosed() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("select id from orders where id <= ? order by id")) {
      query.setInt(1, 4);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          assertThat(rows.getInt("id")).isPositive();
        }
        assertThat(rows.next()).isFalse();
      }
      query.setInt(1, 0);
      query.executeQuery().next();
      query.setInt(1, 4);
      query.executeQuery().next();
      // neither read to its end nor closed: the statement's end is the result's
    }

    assertThat(rows(RETURNED)).isEqualTo(Map.of("SELECT", "3: 5"));
    assertThat(rows(AFFECTED)).isEmpty();
  }

  @Test
  void rowsOfWrites() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("UPDATE orders SET paid = TRUE WHERE id > 2"))
          .isEqualTo(3);
      assertThat(statement.getUpdateCount()).as("counted once").isEqualTo(3);
      assertThat(statement.executeLargeUpdate("DELETE FROM orders WHERE id = 99")).isZero();
      assertThat(statement.execute(" \n insert into orders values (6, TRUE), (7, TRUE)")).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(2);
      assertThat(statement.getUpdateCount()).isEqualTo(2);
    }

    assertThat(rows(AFFECTED))
        .isEqualTo(Map.of("UPDATE", "1: 3", "DELETE", "1: 0", "INSERT", "1: 2"));
    assertThat(rows(RETURNED)).isEmpty();
  }

  @Test
  void rowsOfABatchTogether() throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO orders VALUES (?, TRUE)");
        Statement mixed = connection.createStatement()) {
      for (int id = 10; id < 14; id++) {
        insert.setInt(1, id);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(4);
      mixed.addBatch("DELETE FROM orders WHERE id < 3");
      mixed.addBatch("DELETE FROM orders WHERE id = 3");
      assertThat(mixed.executeLargeBatch()).containsExactly(2, 1);
    }

    assertThat(rows(AFFECTED)).isEqualTo(Map.of("INSERT", "1: 4", "DELETE", "1: 3"));
  }

  @Test
  void rowsThatABatchChangedThoughItFailed() throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO orders VALUES (?, TRUE)");
        Statement nothing = connection.createStatement()) {
      for (int id : new int[] {10, 1, 11}) {
        insert.setInt(1, id);
        insert.addBatch();
      }
      assertThatThrownBy(insert::executeBatch)
          .isInstanceOfSatisfying(
              BatchUpdateException.class,
              failure ->
                  assertThat(failure.getUpdateCounts())
                      .containsExactly(1, Statement.EXECUTE_FAILED, 1));
      nothing.addBatch("DELETE FROM nothing");
      assertThatThrownBy(nothing::executeLargeBatch).isInstanceOf(BatchUpdateException.class);
    }

    assertThat(rows(AFFECTED)).isEqualTo(Map.of("INSERT", "1: 2"));
  }

  @Test
  void rowsOfWhatIsExecutedWithoutSayingWhatItIs() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.execute("TABLE orders")).isTrue();
      try (ResultSet rows = statement.getResultSet()) {
        while (rows.next()) {}
      }
    }

    assertThat(rows(RETURNED)).isEqualTo(Map.of("null", "1: 5"));
  }

  @Test
  void whatFailsIsTheDriversOwnFailureAndIsNotCounted() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeUpdate("UPDATE nothing SET x = 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("NOTHING");
    }

    assertThat(rows(AFFECTED)).isEmpty();
  }

  @Test
  void leadsFromAResultBackToWhatIsCounted() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      assertThat(rows.getStatement()).isSameAs(statement).isEqualTo(statement);
      assertThat(statement.getConnection()).isSameAs(connection);
      assertThat(connection.prepareCall("CALL 1").isClosed()).isFalse();
    }
  }

  @Test
  void belowTheLibraryThatTraces() throws SQLException {
    DataSource both = JdbcTelemetry.create(telemetry.openTelemetry()).wrap(counted);
    try (Connection traced = both.getConnection();
        PreparedStatement update = traced.prepareStatement("UPDATE orders SET paid = TRUE")) {
      assertThat(update.executeUpdate()).isEqualTo(5);
    }

    assertThat(telemetry.span().getName()).startsWith("UPDATE");
    assertThat(rows(AFFECTED)).isEqualTo(Map.of("UPDATE", "1: 5"));
  }

  private static JdbcDataSource database() {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:rows;DB_CLOSE_DELAY=-1");
    return database;
  }

  /** How many statements, and of how many rows together, by operation. */
  private Map<String, String> rows(String histogram) {
    return telemetry.histogram(histogram).stream()
        .peek(
            point ->
                assertThat(point.getAttributes().get(AttributeKey.stringKey("db.namespace")))
                    .isEqualTo("orders"))
        .collect(Collectors.toMap(JdbcRowsTest::operation, JdbcRowsTest::counted));
  }

  private static String operation(HistogramPointData point) {
    return String.valueOf(point.getAttributes().get(AttributeKey.stringKey("db.operation.name")));
  }

  private static String counted(HistogramPointData point) {
    return point.getCount() + ": " + (long) point.getSum();
  }
}
