package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.sinks.search.OpenSearchIndexes.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Queries of logs in the cluster. */
final class OpenSearchLogs {

  private static final int COUNTED = 1000;

  /** Lines of the first slice of a page. */
  private static final int FIRST_LINES = 100;

  private final OpenSearchSearch search;
  private final QueryMemory.Share memory;

  OpenSearchLogs(OpenSearchSearch search, QueryMemory.Share memory) {
    this.search = search;
    this.memory = memory;
  }

  LogPage page(LogQuery query) {
    ObjectNode body = logsOf(query, query.limit());
    OpenSearchSearch.newestFirst(body);
    body.put("track_total_hits", COUNTED);
    ArrayNode after = OpenSearchSearch.place(query.cursor());
    if (after != null) {
      body.set("search_after", after);
    }
    HitSlices hits = new HitSlices(search, Kind.LOGS, body, FIRST_LINES, query.limit());
    LogLines lines = new LogLines(LogLines.MAX_PAGE, memory);
    JsonNode last = null;
    JsonNode hit = hits.next();
    while (hit != null && lines.add(entry(hit.path("_source")))) {
      last = hit.path("sort");
      hit = hits.next();
    }
    List<LogEntry> entries = lines.entries();
    boolean more = hit != null || entries.size() == query.limit();
    String next = last != null && more ? OpenSearchSearch.cursor(last) : null;
    return new LogPage(entries, hits.total(), next);
  }

  LogSummary summary(LogQuery query, int buckets) {
    search.requireFew(Kind.LOGS, logsOf(query, 0), "lines");
    JsonNode newest = firstSort(logsOf(query, 1), true);
    JsonNode oldest = firstSort(logsOf(query, 1), false);
    if (newest == null || oldest == null) {
      return LogTally.NOTHING;
    }
    long step = LogTally.step(oldest.get(0).asLong(), newest.get(0).asLong(), buckets);
    ObjectNode body = logsOf(query, 0);
    body.put("track_total_hits", true);
    ObjectNode aggs = body.putObject("aggs");
    ObjectNode times = aggs.putObject("times");
    times
        .putObject("histogram")
        .put("field", "sluice.time")
        .put("interval", step)
        .put("min_doc_count", 1);
    severities(times.putObject("aggs"));
    severities(aggs);
    ObjectNode services = aggs.putObject("services").putObject("terms");
    services.put("field", "serviceName").put("size", LogSummary.MAX_SERVICES);
    JsonNode answer = search.ask(Kind.LOGS, body);
    return new LogSummary(
        answer.at("/hits/total/value").asLong(),
        step,
        buckets(answer.at("/aggregations/times/buckets"), oldest, newest, step),
        severitiesOf(answer.path("aggregations")),
        servicesOf(answer.at("/aggregations/services/buckets")));
  }

  Optional<LogContext> context(String id, LogQuery among, int lines) {
    ObjectNode one = OpenSearchSearch.body(1);
    OpenSearchSearch.term(one.putObject("query").putObject("bool"), "sluice.id", id);
    OpenSearchSearch.newestFirst(one);
    JsonNode hit = search.hits(Kind.LOGS, one).path("hits").path(0);
    if (hit.isMissingNode()) {
      return Optional.empty();
    }
    List<LogEntry> before = neighbours(among, lines, hit.path("sort"), true);
    Collections.reverse(before);
    List<LogEntry> later = neighbours(among, lines, hit.path("sort"), false);
    return Optional.of(new LogContext(before, entry(hit.path("_source")), later));
  }

  long count() {
    return search.count(Kind.LOGS);
  }

  private static ObjectNode logsOf(LogQuery query, int size) {
    ObjectNode body = OpenSearchSearch.body(size);
    ObjectNode bool = body.putObject("query").putObject("bool");
    OpenSearchLogQuery.add(query.text(), bool);
    OpenSearchSearch.term(bool, "serviceName", query.service());
    OpenSearchSearch.term(bool, "traceId", query.traceId());
    if (query.minSeverity() > 0) {
      ObjectNode range = bool.withArray("filter").addObject().putObject("range");
      range.putObject("severity.number").put("gte", query.minSeverity());
    }
    OpenSearchSearch.times(bool, query.fromUnixNano(), query.toUnixNano());
    return body;
  }

  private @Nullable JsonNode firstSort(ObjectNode body, boolean newest) {
    OpenSearchSearch.sort(body, newest);
    body.put("_source", false);
    JsonNode hit = search.hits(Kind.LOGS, body).path("hits").path(0);
    return hit.isMissingNode() ? null : hit.path("sort");
  }

  private static void severities(ObjectNode aggs) {
    aggs.putObject("severities")
        .putObject("terms")
        .put("field", "severity.number")
        .put("size", 100);
  }

  private static Map<String, Long> severitiesOf(JsonNode aggregations) {
    long[] counts = new long[Severities.NAMES.size()];
    for (JsonNode bucket : aggregations.at("/severities/buckets")) {
      String name = Severities.name(bucket.path("key").asInt());
      counts[Severities.NAMES.indexOf(name)] += bucket.path("doc_count").asLong();
    }
    return LogTally.of(counts);
  }

  private static Map<String, Long> servicesOf(JsonNode buckets) {
    Map<String, Long> services = new LinkedHashMap<>();
    buckets.forEach(
        bucket -> services.put(bucket.path("key").asText(), bucket.path("doc_count").asLong()));
    return services;
  }

  /** The cluster counts in doubles, which place a step but do not tell its nanosecond. */
  private static List<LogSummary.Bucket> buckets(
      JsonNode found, JsonNode oldest, JsonNode newest, long step) {
    Map<Long, Map<String, Long>> byStep = new LinkedHashMap<>();
    found.forEach(
        bucket ->
            byStep.put(Math.round(bucket.path("key").asDouble() / step), severitiesOf(bucket)));
    List<LogSummary.Bucket> shown = new ArrayList<>();
    long first = Math.floorDiv(oldest.get(0).asLong(), step);
    long last = Math.floorDiv(newest.get(0).asLong(), step);
    for (long i = first; i <= last; i++) {
      shown.add(new LogSummary.Bucket(i * step, byStep.getOrDefault(i, Map.of())));
    }
    return shown;
  }

  private List<LogEntry> neighbours(LogQuery among, int lines, JsonNode of, boolean older) {
    ObjectNode body = logsOf(among, lines);
    OpenSearchSearch.sort(body, older);
    body.set("search_after", of);
    HitSlices hits = new HitSlices(search, Kind.LOGS, body, FIRST_LINES, lines);
    LogLines found = new LogLines(LogLines.MAX_PAGE / 2, memory);
    JsonNode hit = hits.next();
    while (hit != null && found.add(entry(hit.path("_source")))) {
      hit = hits.next();
    }
    return found.entries();
  }

  private static LogEntry entry(JsonNode source) {
    return new LogEntry(
        source.path("sluice").path("id").asText(),
        source.path("sluice").path("time").asLong(),
        source.path("serviceName").asText(),
        source.path("severity").path("number").asInt(),
        source.path("severity").path("text").asText(),
        source.path("body").asText(),
        source.path("traceId").asText(),
        source.path("spanId").asText(),
        attributes(source, "log"),
        attributes(source, "resource"));
  }

  private static Map<String, String> attributes(JsonNode source, String object) {
    Map<String, String> attributes = new LinkedHashMap<>();
    String prefix = object + ".attributes.";
    for (Map.Entry<String, JsonNode> each : source.properties()) {
      if (each.getKey().startsWith(prefix)) {
        String field = each.getKey().substring(prefix.length());
        attributes.put(AttributeFields.attributeName(field), each.getValue().asText());
      }
    }
    for (Map.Entry<String, JsonNode> each : source.path(object + ".overflow").properties()) {
      attributes.put(each.getKey(), each.getValue().asText());
    }
    for (JsonNode each : source.path(object + ".unindexed")) {
      attributes.put(each.path("name").asText(), each.path("value").asText());
    }
    return attributes;
  }
}
