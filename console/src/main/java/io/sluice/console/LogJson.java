package io.sluice.console;

import io.sluice.sinks.search.LogEntry;
import java.util.LinkedHashMap;
import java.util.Map;

/** A log line as the API writes it, with the ids to go on from it. */
final class LogJson {

  private LogJson() {}

  static Map<String, Object> of(LogEntry entry) {
    Map<String, Object> log = new LinkedHashMap<>();
    log.put("id", entry.id());
    log.put("time", Json.time(entry.timeUnixNano()));
    log.put("service", entry.service());
    log.put("severityNumber", entry.severityNumber());
    log.put("severity", entry.severityText());
    log.put("body", entry.body());
    log.put("traceId", entry.traceId());
    log.put("spanId", entry.spanId());
    log.put("attributes", entry.attributes());
    log.put("resource", entry.resource());
    return log;
  }
}
