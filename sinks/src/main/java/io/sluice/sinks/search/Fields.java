package io.sluice.sinks.search;

/** Names of the index's fields. */
final class Fields {

  static final String KIND = "kind";
  static final String ID = "id";
  static final String TIME = "time";
  static final String SERVICE = "service";
  static final String TRACE_ID = "trace_id";
  static final String ATTRIBUTE = "attribute";

  static final String SPAN_ID = "span_id";
  static final String SEVERITY = "severity";
  static final String SEVERITY_TEXT = "severity_text";
  static final String BODY = "body";
  static final String RESOURCE = "resource";

  static final String OPERATION = "operation";
  static final String DURATION = "duration";
  static final String ERROR = "error";
  static final String RECORD = "record";

  /** Beside the term, for counting. */
  static final String SERVICE_VALUE = "service_value";

  static final String SEVERITY_VALUE = "severity_value";
  static final String OPERATION_KIND = "operation_kind";
  static final String CALLS = "calls";

  static final String RULE = "rule";

  /** Not {@link #SERVICE}: who is only in the ledger sent nothing that can be found. */
  static final String SERVICE_OF_LINE = "line_service";

  static final String LOG = "log";
  static final String TRACE = "trace";
  static final String REDACTION = "redaction";

  /** Longest term that is indexed; longer values are stored and found by their beginning. */
  static final int MAX_TERM = 1024;

  private Fields() {}
}
