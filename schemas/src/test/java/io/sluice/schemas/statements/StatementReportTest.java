package io.sluice.schemas.statements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.map;

import io.sluice.schemas.RankedStatement;
import io.sluice.schemas.StatementRanking;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.statements.StatementReport.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatementReportTest {

  private final StatementReport report = new StatementReport();

  @Test
  void putsTheStatementsOfAllServicesInOrder() {
    report.put("a", ranking("shop", "mysql", 40, statement("x", 30, 2), statement("y", 5, 4)));
    report.put("b", ranking("cart", "redis", 20, statement("z", 20, 3)));

    assertThat(report.databases(null, null))
        .extracting(StatementRanking::getService)
        .containsExactly("shop", "cart");
    assertThat(report.mostTime(null, null))
        .extracting(StatementReportTest::name)
        .containsExactly("x", "z", "y");
    assertThat(report.slowest(null, null))
        .extracting(StatementReportTest::name)
        .containsExactly("y", "z", "x");
    assertThat(report.mostTime(null, null)).extracting(Row::share).containsExactly(0.75, 1d, 0.125);
    assertThat(report.mostTime("shop", null))
        .extracting(StatementReportTest::name)
        .containsExactly("x", "y");
    assertThat(report.mostTime(null, "redis"))
        .extracting(StatementReportTest::name)
        .containsExactly("z");
    assertThat(report.mostTime("cart", "mysql")).isEmpty();
  }

  @Test
  void takesTheLastRankingAndForgetsOneThatIsOver() {
    report.put("a", ranking("shop", "mysql", 40, statement("x", 30, 2)));
    report.put("a", ranking("shop", "mysql", 5, statement("y", 5, 4)));
    assertThat(report.mostTime(null, null))
        .extracting(StatementReportTest::name)
        .containsExactly("y");
    report.put("a", null);
    assertThat(report.databases(null, null)).isEmpty();
  }

  @Test
  void writesMillisecondsAndTheTraceInHex() {
    report.put("a", ranking("shop", "mysql", 40, statement("x", 30, 2), statement("y", 5, 4)));

    Map<String, Object> json = report.json(null, null, 1);
    assertThat(json.get("mostTime"))
        .asInstanceOf(LIST)
        .singleElement()
        .asInstanceOf(map(String.class, Object.class))
        .containsEntry("statement", "x")
        .containsEntry("totalMs", 30_000d)
        .containsEntry("slowestMs", 2000d)
        .containsEntry("slowestTrace", "07".repeat(16))
        .containsEntry("slowestTime", "1970-01-01T00:00:01Z");
    assertThat(json.get("databases"))
        .asInstanceOf(LIST)
        .singleElement()
        .asInstanceOf(map(String.class, Object.class))
        .containsEntry("totalMs", 40_000d)
        .containsEntry("shapes", 2);
  }

  private static String name(Row row) {
    return row.calls().getStatement();
  }

  private static StatementRanking ranking(
      String service, String system, double seconds, RankedStatement... statements) {
    return StatementRanking.newBuilder()
        .setService(service)
        .setDbSystem(system)
        .setStartTimeUnixNano(0)
        .setTimeUnixNano(1)
        .setCalls(9)
        .setErrors(1)
        .setSeconds(seconds)
        .setShapeCount(statements.length)
        .setStatements(List.of(statements))
        .build();
  }

  private static RankedStatement statement(String text, double seconds, double slowest) {
    byte[] trace = new byte[16];
    Arrays.fill(trace, (byte) 7);
    return RankedStatement.newBuilder()
        .setDigest("digest of " + text)
        .setStatement(text)
        .setCalls(3)
        .setErrors(1)
        .setSeconds(seconds)
        .setP95Seconds(slowest)
        .setSlowestSeconds(slowest)
        .setSlowestTimeUnixNano(1_000_000_000)
        .setSlowestTraceId(new TraceId(trace))
        .build();
  }
}
