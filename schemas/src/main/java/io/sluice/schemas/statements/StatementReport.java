package io.sluice.schemas.statements;

import io.sluice.schemas.RankedStatement;
import io.sluice.schemas.StatementRanking;
import io.sluice.schemas.TraceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which statements take most time and which have the slowest calls, of all services or of one. Told
 * of the records of {@code sluice.statements} in their order. Not safe for use by several threads.
 */
public final class StatementReport {

  private static final double MILLIS_PER_SECOND = 1e3;

  /** A statement with the database that it is sent to. */
  public record Row(StatementRanking database, RankedStatement calls) {

    /** Of the time that the service waits for databases of this kind; 0 to 1. */
    public double share() {
      return database.getSeconds() > 0 ? calls.getSeconds() / database.getSeconds() : 0;
    }

    /** The trace with the slowest call, in hex; null when there is none. */
    public @Nullable String slowestTrace() {
      TraceId id = calls.getSlowestTraceId();
      return id == null ? null : HexFormat.of().formatHex(id.bytes());
    }
  }

  private static final Comparator<StatementRanking> BUSIEST =
      Comparator.comparingDouble(StatementRanking::getSeconds)
          .reversed()
          .thenComparing(StatementRanking::getService)
          .thenComparing(StatementRanking::getDbSystem);

  private static final Comparator<Row> BY_NAME =
      Comparator.comparing((Row row) -> row.database.getService())
          .thenComparing(row -> row.database.getDbSystem())
          .thenComparing(row -> row.calls.getDigest());

  private static final Comparator<Row> MOST_TIME =
      Comparator.comparingDouble((Row row) -> row.calls.getSeconds())
          .reversed()
          .thenComparing(BY_NAME);

  private static final Comparator<Row> SLOWEST =
      Comparator.comparingDouble((Row row) -> row.calls.getSlowestSeconds())
          .reversed()
          .thenComparing(BY_NAME);

  private final Map<String, StatementRanking> rankings = new TreeMap<>();

  /** Forgets everything, to be told anew. */
  public void clear() {
    rankings.clear();
  }

  /**
   * Takes a record over.
   *
   * @param key of the record
   * @param ranking null when there is nothing to rank any more
   */
  public void put(String key, @Nullable StatementRanking ranking) {
    if (ranking == null) {
      rankings.remove(key);
    } else {
      rankings.put(key, ranking);
    }
  }

  /**
   * Services and the kinds of databases that they wait for, most time first.
   *
   * @param service only of this one; null for all
   * @param system only this kind; null for all
   */
  public List<StatementRanking> databases(@Nullable String service, @Nullable String system) {
    Predicate<StatementRanking> wanted =
        each ->
            (service == null || service.equals(each.getService()))
                && (system == null || system.equals(each.getDbSystem()));
    return rankings.values().stream().filter(wanted).sorted(BUSIEST).toList();
  }

  /** Statements, the one that takes most time first. */
  public List<Row> mostTime(@Nullable String service, @Nullable String system) {
    return rows(service, system, MOST_TIME);
  }

  /** Statements, the one with the slowest call first. */
  public List<Row> slowest(@Nullable String service, @Nullable String system) {
    return rows(service, system, SLOWEST);
  }

  /**
   * The report as JSON objects.
   *
   * @param limit of each list
   */
  public Map<String, Object> json(@Nullable String service, @Nullable String system, int limit) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(
        "databases",
        databases(service, system).stream().limit(limit).map(StatementReport::json).toList());
    json.put("mostTime", json(mostTime(service, system), limit));
    json.put("slowest", json(slowest(service, system), limit));
    return json;
  }

  private List<Row> rows(@Nullable String service, @Nullable String system, Comparator<Row> order) {
    List<Row> rows = new ArrayList<>();
    for (StatementRanking database : databases(service, system)) {
      database.getStatements().forEach(calls -> rows.add(new Row(database, calls)));
    }
    rows.sort(order);
    return rows;
  }

  private static List<Map<String, Object>> json(List<Row> rows, int limit) {
    return rows.stream().limit(limit).map(StatementReport::json).toList();
  }

  private static Map<String, Object> json(StatementRanking database) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", database.getService());
    json.put("dbSystem", database.getDbSystem());
    json.put("shapes", database.getShapeCount());
    json.put("calls", database.getCalls());
    json.put("errors", database.getErrors());
    json.put("totalMs", database.getSeconds() * MILLIS_PER_SECOND);
    json.put("from", time(database.getStartTimeUnixNano()));
    json.put("to", time(database.getTimeUnixNano()));
    return json;
  }

  private static Map<String, Object> json(Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", row.database.getService());
    json.put("dbSystem", row.database.getDbSystem());
    json.put("digest", row.calls.getDigest());
    json.put("statement", row.calls.getStatement());
    json.put("calls", row.calls.getCalls());
    json.put("errors", row.calls.getErrors());
    json.put("totalMs", row.calls.getSeconds() * MILLIS_PER_SECOND);
    json.put("share", row.share());
    json.put("p95Ms", row.calls.getP95Seconds() * MILLIS_PER_SECOND);
    json.put("slowestMs", row.calls.getSlowestSeconds() * MILLIS_PER_SECOND);
    json.put("slowestTime", time(row.calls.getSlowestTimeUnixNano()));
    json.put("slowestTrace", row.slowestTrace());
    return json;
  }

  private static String time(long nanos) {
    return Instant.ofEpochSecond(0, nanos).toString();
  }
}
