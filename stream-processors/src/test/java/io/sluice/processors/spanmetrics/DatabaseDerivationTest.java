package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.SpanKind.CLIENT;
import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.SeriesPoint;
import io.sluice.testkit.SpanBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DatabaseDerivationTest {

  private final Derived database = Derived.by(DatabaseDerivation::new);

  @Test
  void measuresCallsByWhatIsCalledAndTheShapeOfTheStatement() {
    Map<String, SeriesPoint> points =
        database.from(
            call("SELECT * FROM orders WHERE id IN (1, 2, 3) AND name = 'x'")
                .attribute("db.response.returned_rows", 3L),
            call("SELECT *  FROM orders\n WHERE id IN (4) AND name = 'yy'").error());

    SeriesPoint ok = only(points, "traces_database_calls_total", "STATUS_CODE_UNSET");
    SeriesPoint failed = only(points, "traces_database_calls_total", "STATUS_CODE_ERROR");
    assertThat(ok.getValue()).isEqualTo(1);
    assertThat(failed.getValue()).isEqualTo(1);
    assertThat(ok.getLabels())
        .containsEntry("db_system", "postgresql")
        .containsEntry("db_namespace", "shop")
        .containsEntry("db_operation", "SELECT")
        .containsEntry("db_collection", "orders")
        .hasEntrySatisfying("db_statement_digest", digest -> assertThat(digest).hasSize(16));
    assertThat(failed.getLabels().get("db_statement_digest"))
        .isEqualTo(ok.getLabels().get("db_statement_digest"));
    List<SeriesPoint> shapes = named(points, "traces_database_statement_info");
    assertThat(shapes).hasSize(1);
    assertThat(shapes.get(0).getLabels().get("db_statement_digest"))
        .isEqualTo(ok.getLabels().get("db_statement_digest"));
    assertThat(shapes.get(0).getLabels().get("db_statement"))
        .isEqualTo("SELECT * FROM orders WHERE id IN (?) AND name = ?");
    assertThat(named(points, "traces_database_returned_rows")).hasSize(1);
  }

  @Test
  void tellsStatementsOfAnotherShapeApart() {
    Set<String> digests =
        database
            .from(
                call("SELECT a FROM t"),
                call("SELECT b FROM t"),
                call("SELECT a FROM t WHERE a = 1"))
            .values()
            .stream()
            .map(point -> point.getLabels().getOrDefault("db_statement_digest", ""))
            .collect(Collectors.toSet());
    assertThat(digests).hasSize(3);
  }

  @Test
  void readsTheFormerNamesAndCallsWithoutAStatement() {
    Map<String, SeriesPoint> points =
        database.from(
            service("a")
                .span("GET")
                .kind(CLIENT)
                .attribute("db.system", "redis")
                .attribute("db.operation", "GET")
                .attribute("db.statement", "GET user:4711:name"),
            service("a").span("PING").kind(CLIENT).attribute("db.system", "redis"));

    assertThat(named(points, "traces_database_calls_total")).hasSize(2);
    assertThat(named(points, "traces_database_statement_info"))
        .extracting(point -> point.getLabels().getOrDefault("db_statement", "?"))
        .as("for each digest there is, so that a join loses no call")
        .containsExactlyInAnyOrder("", "GET user:4711:name");
  }

  @Test
  void leavesOutRowsThatCannotBeAndSpansOfOtherKinds() {
    Map<String, SeriesPoint> points =
        database.from(
            call("SELECT 1").attribute("db.response.returned_rows", -4L),
            call("SELECT 1").attribute("db.response.returned_rows", Double.POSITIVE_INFINITY),
            call("SELECT 1").kind(SERVER),
            service("a").span("x").kind(CLIENT));

    assertThat(named(points, "traces_database_returned_rows")).isEmpty();
    assertThat(only(points, "traces_database_calls_total", "STATUS_CODE_UNSET").getValue())
        .isEqualTo(2);
  }

  private static SpanBuilder call(String statement) {
    return service("a")
        .span("SELECT orders")
        .kind(CLIENT)
        .attribute("db.system.name", "postgresql")
        .attribute("db.namespace", "shop")
        .attribute("db.operation.name", "SELECT")
        .attribute("db.collection.name", "orders")
        .attribute("db.query.text", statement);
  }

  private static List<SeriesPoint> named(Map<String, SeriesPoint> points, String name) {
    return points.values().stream().filter(point -> point.getName().equals(name)).toList();
  }

  private static SeriesPoint only(Map<String, SeriesPoint> points, String name, String status) {
    List<SeriesPoint> found =
        named(points, name).stream()
            .filter(point -> point.getLabels().containsValue(status))
            .toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }
}
