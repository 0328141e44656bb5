package io.sluice.schemas;

import java.time.Duration;
import java.util.List;

/** The topic catalogue. Every topic that Sluice reads or writes by name is here, and only here. */
public final class Topics {

  private static final Duration RAW_RETENTION = Duration.ofHours(6);
  private static final Duration CLEAN_RETENTION = Duration.ofDays(7);

  public static final Topic RAW_LOGS =
      raw("otlp_logs", "OTLP ExportLogsServiceRequest, as the Collector's otlp_proto");
  public static final Topic RAW_SPANS =
      raw("otlp_spans", "OTLP ExportTraceServiceRequest, as the Collector's otlp_proto");
  public static final Topic RAW_METRICS =
      raw("otlp_metrics", "OTLP ExportMetricsServiceRequest, as the Collector's otlp_proto");

  public static final Topic LOGS =
      clean("sluice.logs", "hash of the resource", "OTLP logs request of one resource");
  public static final Topic SPANS =
      clean(
          "sluice.spans",
          "trace id of the first span",
          "OTLP trace request of one resource; all its trace ids belong to this partition");
  public static final Topic METRICS =
      clean("sluice.metrics", "hash of the producer", "OTLP metrics request of one resource");

  public static final Topic REDACTIONS =
      new Topic(
          "sluice.redactions",
          "rule id",
          "Redaction (Avro)",
          false,
          Duration.ofDays(30),
          0,
          false,
          "sanitizer");
  public static final Topic TRACES =
      new Topic(
          "sluice.traces", "trace id", "Trace (Avro)", false, CLEAN_RETENTION, 0, false, "traces");
  public static final Topic SERIES =
      new Topic(
          "sluice.series",
          "series identity: name and sorted labels",
          "SeriesPoint (Avro)",
          true,
          // Remote write reads here what its receiver missed: each point, not the last alone.
          Duration.ofHours(1),
          0,
          false,
          "spanmetrics, alerts");
  public static final Topic STATEMENTS =
      new Topic(
          "sluice.statements",
          "service and kind of database",
          "StatementRanking (Avro)",
          true,
          Duration.ZERO,
          0,
          false,
          "spanmetrics");
  public static final Topic SLIS =
      new Topic(
          "sluice.slis", "SLO id", "SliWindow (Avro)", false, Duration.ofDays(40), 0, false, "sli");
  public static final Topic BACKFILLS =
      new Topic(
          "sluice.backfills", "SLO id", "SloBackfill (Avro)", true, Duration.ZERO, 0, false, "sli");
  public static final Topic ALERTS =
      new Topic(
          "sluice.alerts",
          "alert fingerprint",
          "Alert (Avro)",
          true,
          Duration.ZERO,
          0,
          false,
          "alerts");
  public static final Topic ALERT_HISTORY =
      new Topic(
          "sluice.alert-history",
          "alert fingerprint",
          "Alert (Avro)",
          false,
          Duration.ofDays(90),
          0,
          false,
          "alerts");
  public static final Topic BUDGETS =
      new Topic(
          "sluice.budgets", "SLO id", "SloBudget (Avro)", true, Duration.ZERO, 0, false, "alerts");
  public static final Topic DEAD_LETTERS =
      new Topic(
          "sluice.dead-letters",
          "key of the original record",
          "DeadLetter (Avro)",
          false,
          Duration.ofDays(14),
          0,
          true,
          "every stage");
  public static final Topic DEFINITIONS =
      new Topic(
          "sluice.definitions",
          "kind of definition",
          "DefinitionSet (Avro)",
          true,
          Duration.ZERO,
          1,
          false,
          "sluice apply");
  public static final Topic AUDIT =
      new Topic(
          "sluice.audit",
          "user",
          "AuditRecord (Avro)",
          false,
          Duration.ofDays(400),
          1,
          false,
          "console, sluice apply, delete and dead-letters redrive");

  private static final List<Topic> ALL =
      List.of(
          RAW_LOGS,
          RAW_SPANS,
          RAW_METRICS,
          LOGS,
          SPANS,
          METRICS,
          REDACTIONS,
          TRACES,
          SERIES,
          STATEMENTS,
          SLIS,
          BACKFILLS,
          ALERTS,
          ALERT_HISTORY,
          BUDGETS,
          DEAD_LETTERS,
          DEFINITIONS,
          AUDIT);

  private Topics() {}

  /** Every topic, in the order of the flow. */
  public static List<Topic> all() {
    return ALL;
  }

  private static Topic raw(String name, String value) {
    return new Topic(name, "any or none", value, false, RAW_RETENTION, 0, true, "ingest");
  }

  private static Topic clean(String name, String key, String value) {
    return new Topic(name, key, value, false, CLEAN_RETENTION, 0, false, "sanitizer");
  }
}
