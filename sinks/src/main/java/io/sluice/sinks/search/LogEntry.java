package io.sluice.sinks.search;

import java.util.List;
import java.util.Map;

/**
 * A log record as it is stored and found.
 *
 * @param id deterministic: where the record stands in Kafka and its bytes, so that a repeat changes
 *     nothing
 * @param timeUnixNano when it happened
 * @param service {@code service.name}
 * @param severityNumber 1 to 24, 0 when not given
 * @param severityText as the sender wrote it
 * @param body as text; nested bodies as JSON
 * @param traceId 32 hex digits, or empty
 * @param spanId 16 hex digits, or empty
 * @param attributes attributes of the record, values as text
 * @param resource attributes of the resource, values as text; of one that is too large for so many
 *     logs only the shortest, and how many are left out
 */
public record LogEntry(
    String id,
    long timeUnixNano,
    String service,
    int severityNumber,
    String severityText,
    String body,
    String traceId,
    String spanId,
    Map<String, String> attributes,
    Map<String, String> resource) {

  LogEntry ofResource(String newService, Map<String, String> newResource) {
    return new LogEntry(
        id,
        timeUnixNano,
        newService,
        severityNumber,
        severityText,
        body,
        traceId,
        spanId,
        attributes,
        newResource);
  }

  /** Characters of all its texts, about. */
  long length() {
    long length = 0L + body.length() + service.length() + severityText.length();
    for (Map<String, String> pairs : List.of(attributes, resource)) {
      for (Map.Entry<String, String> pair : pairs.entrySet()) {
        length += pair.getKey().length() + pair.getValue().length();
      }
    }
    return length;
  }
}
