package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.Trace;
import io.sluice.schemas.trace.ServiceCall;
import io.sluice.sinks.search.OpenSearchClient.Reply;
import io.sluice.sinks.search.OpenSearchIndexes.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The reading side of the store. Safe for use by several threads. */
final class OpenSearchQueries implements SearchReader {

  private static final int COUNTED = 1000;
  private static final int MAX_NAMES = 10_000;
  private static final int MAX_VERSIONS = 1000;
  private static final int MAX_CALLS = 10_000;

  /** Records of one trace that are fetched at a time. */
  private static final int VERSIONS_AT_A_TIME = 20;

  /** Of the records of one trace that are looked at: a line of a list must not cost the heap. */
  private static final long MAX_LISTED_BYTES = 16L << 20;

  private static final long MAX_SHOWN_BYTES = 128L << 20;

  private final OpenSearchClient client;
  private final OpenSearchIndexes indexes;
  private final BooleanSupplier stopped;
  private final QueryMemory.Share memory;
  private long lastReply;

  OpenSearchQueries(
      OpenSearchClient client,
      OpenSearchIndexes indexes,
      BooleanSupplier stopped,
      QueryMemory.Share memory) {
    this.client = client;
    this.indexes = indexes;
    this.stopped = stopped;
    this.memory = memory;
  }

  @Override
  public SearchReader until(BooleanSupplier newStopped, QueryMemory.Share newMemory) {
    return new OpenSearchQueries(client, indexes, newStopped, newMemory);
  }

  @Override
  public LogPage logs(LogQuery query) {
    ObjectNode body = logsOf(query, query.limit());
    newestFirst(body);
    body.put("track_total_hits", COUNTED);
    if (query.cursor() != null) {
      cursor(query.cursor(), body.putArray("search_after"));
    }
    JsonNode hits = hits(Kind.LOGS, body);
    List<LogEntry> entries = new ArrayList<>();
    JsonNode last = null;
    for (JsonNode hit : hits.path("hits")) {
      entries.add(entry(hit.path("_source")));
      last = hit.path("sort");
    }
    String next = last != null && entries.size() == query.limit() ? cursor(last) : null;
    return new LogPage(entries, hits.path("total").path("value").asLong(), next);
  }

  private static ObjectNode logsOf(LogQuery query, int size) {
    ObjectNode body = search(size);
    ObjectNode bool = body.putObject("query").putObject("bool");
    OpenSearchLogQuery.add(query.text(), bool);
    term(bool, "serviceName", query.service());
    term(bool, "traceId", query.traceId());
    if (query.minSeverity() > 0) {
      ObjectNode range = bool.withArray("filter").addObject().putObject("range");
      range.putObject("severity.number").put("gte", query.minSeverity());
    }
    times(bool, query.fromUnixNano(), query.toUnixNano());
    return body;
  }

  @Override
  public LogSummary summary(LogQuery query, int buckets) {
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
    JsonNode answer = ask(Kind.LOGS, body);
    return new LogSummary(
        answer.at("/hits/total/value").asLong(),
        step,
        buckets(answer.at("/aggregations/times/buckets"), oldest, newest, step),
        severitiesOf(answer.path("aggregations")),
        servicesOf(answer.at("/aggregations/services/buckets")));
  }

  private @Nullable JsonNode firstSort(ObjectNode body, boolean newest) {
    sort(body, newest);
    body.put("_source", false);
    JsonNode hit = hits(Kind.LOGS, body).path("hits").path(0);
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

  @Override
  public Optional<LogContext> context(String id, LogQuery among, int lines) {
    ObjectNode one = search(1);
    term(one.putObject("query").putObject("bool"), "sluice.id", id);
    newestFirst(one);
    JsonNode hit = hits(Kind.LOGS, one).path("hits").path(0);
    if (hit.isMissingNode()) {
      return Optional.empty();
    }
    List<LogEntry> before = neighbours(among, lines, hit.path("sort"), true);
    Collections.reverse(before);
    List<LogEntry> later = neighbours(among, lines, hit.path("sort"), false);
    return Optional.of(new LogContext(before, entry(hit.path("_source")), later));
  }

  private List<LogEntry> neighbours(LogQuery among, int lines, JsonNode of, boolean older) {
    ObjectNode body = logsOf(among, lines);
    sort(body, older);
    body.set("search_after", of);
    List<LogEntry> entries = new ArrayList<>();
    hits(Kind.LOGS, body).path("hits").forEach(hit -> entries.add(entry(hit.path("_source"))));
    return entries;
  }

  @Override
  public TracePage traces(TraceQuery query) {
    ArrayNode after = null;
    if (query.cursor() != null) {
      after = OpenSearchClient.JSON.createArrayNode();
      cursor(query.cursor(), after);
    }
    List<TraceSummary> traces = new ArrayList<>();
    JsonNode last = null;
    for (JsonNode hit : newest(query, after)) {
      last = hit.path("sort");
      Optional<StoredTrace> trace = found(traceId(hit), MAX_LISTED_BYTES);
      if (trace.isPresent()) {
        traces.add(trace.get().summary());
        memory.give(trace.get().bytes());
      }
    }
    boolean more = last != null && traces.size() == query.limit();
    return new TracePage(traces, more && last != null ? cursor(last) : null);
  }

  /**
   * The newest version found of each trace, newest first. Each search leaves out the traces that
   * were found before, so that many versions of one trace do not hide the others.
   */
  private List<JsonNode> newest(TraceQuery query, @Nullable JsonNode after) {
    List<JsonNode> newest = new ArrayList<>();
    Set<String> ids = new LinkedHashSet<>();
    JsonNode last = after;
    while (newest.size() < query.limit()) {
      ObjectNode body = tracesOf(query, query.limit());
      ArrayNode others =
          body.withObject("/query/bool")
              .withArray("must_not")
              .addObject()
              .putObject("terms")
              .putArray("traceId");
      ids.forEach(others::add);
      newestFirst(body);
      body.putArray("_source").add("traceId");
      if (last != null) {
        body.set("search_after", last);
      }
      JsonNode found = hits(Kind.TRACES, body).path("hits");
      if (found.isEmpty()) {
        break;
      }
      for (JsonNode hit : found) {
        last = hit.path("sort");
        if (newest.size() < query.limit()
            && ids.add(traceId(hit))
            && (after == null || !isBefore(query, traceId(hit), after))) {
          newest.add(hit);
        }
      }
    }
    return newest;
  }

  /** Whether a newer version of the trace stood on a page before this one. */
  private boolean isBefore(TraceQuery query, String traceId, JsonNode after) {
    ObjectNode body = tracesOf(query, 1);
    term(body.withObject("/query/bool"), "traceId", traceId);
    newestFirst(body);
    body.put("_source", false);
    JsonNode newest = hits(Kind.TRACES, body).path("hits").path(0).path("sort");
    int byTime = Long.compare(newest.path(0).asLong(), after.path(0).asLong());
    return byTime > 0
        || (byTime == 0 && newest.path(1).asText().compareTo(after.path(1).asText()) <= 0);
  }

  private static ObjectNode tracesOf(TraceQuery query, int size) {
    ObjectNode body = search(size);
    ObjectNode bool = body.putObject("query").putObject("bool");
    term(bool, "services", query.service());
    String operation = query.operation();
    if (operation != null) {
      String service = query.service() == null ? "" : query.service();
      term(bool, "operations", TraceTerms.operation(service, operation));
    }
    if (query.errorOnly()) {
      term(bool, "error", "true");
    }
    query
        .tags()
        .forEach((key, value) -> term(bool, "attributes", LogDocuments.term(key + "=" + value)));
    bool.withArray("filter")
        .addObject()
        .putObject("range")
        .putObject("durationInNanos")
        .put("gte", query.minDurationNanos())
        .put("lte", query.maxDurationNanos());
    times(bool, query.fromUnixNano(), query.toUnixNano());
    return body;
  }

  private static String traceId(JsonNode hit) {
    return hit.path("_source").path("traceId").asText();
  }

  @Override
  public Optional<StoredTrace> trace(String traceId) {
    return found(traceId, MAX_SHOWN_BYTES);
  }

  private Optional<StoredTrace> found(String traceId, long mostBytes) {
    long most = Math.min(mostBytes, memory.most());
    List<Trace> versions = new ArrayList<>();
    long bytes = 0;
    int count = 0;
    JsonNode after = null;
    boolean more = true;
    while (more) {
      ObjectNode body = search(VERSIONS_AT_A_TIME);
      term(body.putObject("query").putObject("bool"), "traceId", traceId);
      body.putArray("sort").addObject().put("sluice.id", "asc");
      body.putArray("_source").add("record");
      body.put("track_total_hits", after == null);
      if (after != null) {
        body.set("search_after", after);
      }
      JsonNode hits = hits(Kind.TRACES, body);
      if (after == null) {
        count = hits.path("total").path("value").asInt();
      }
      int before = versions.size();
      more = hits.path("hits").size() == VERSIONS_AT_A_TIME;
      for (JsonNode hit : hits.path("hits")) {
        Trace version = OpenSearchDocuments.trace(record(hit));
        long size = version.getOtlp().remaining();
        bytes += size;
        if (versions.size() == MAX_VERSIONS || (bytes > most && !versions.isEmpty())) {
          more = false;
          break;
        }
        memory.take(size);
        versions.add(version);
        after = hit.path("sort");
      }
      more &= versions.size() > before;
    }
    if (versions.isEmpty()) {
      return Optional.empty();
    }
    versions.sort(TraceDocuments.IN_ORDER);
    return Optional.of(new StoredTrace(TraceDocuments.summary(versions, count), versions));
  }

  @Override
  public List<String> services() {
    Set<String> names = new TreeSet<>(names(Kind.LOGS, "serviceName", ""));
    names.addAll(names(Kind.TRACES, "services", ""));
    return List.copyOf(names);
  }

  @Override
  public List<Operation> operations(String service) {
    String prefix = service + '\0';
    List<Operation> operations = new ArrayList<>();
    for (String term : new TreeSet<>(names(Kind.TRACES, "operationKinds", prefix))) {
      int separator = term.lastIndexOf('\0');
      if (separator
          >= prefix.length()) { // a service whose name fills a term has no operation in it
        operations.add(
            new Operation(
                term.substring(prefix.length(), separator), term.substring(separator + 1)));
      }
    }
    return operations;
  }

  private List<String> names(Kind kind, String field, String prefix) {
    ObjectNode body = search(0);
    ObjectNode terms = body.putObject("aggs").putObject("names").putObject("terms");
    terms.put("field", field).put("size", MAX_NAMES);
    if (!prefix.isEmpty()) {
      terms.put("include", literally(prefix) + "(.|\n)*");
    }
    List<String> names = new ArrayList<>();
    ask(kind, body)
        .at("/aggregations/names/buckets")
        .forEach(bucket -> names.add(bucket.path("key").asText()));
    return names;
  }

  /** As a regular expression of Lucene's. */
  private static String literally(String text) {
    StringBuilder expression = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80 && c >= ' ' && !Character.isLetterOrDigit(c)) {
        expression.append('\\');
      }
      expression.append(c);
    }
    return expression.toString();
  }

  @Override
  public List<ServiceCall> serviceCalls(long fromUnixNano, long toUnixNano) {
    ObjectNode body = search(0);
    times(body.putObject("query").putObject("bool"), fromUnixNano, toUnixNano);
    ObjectNode calls = body.putObject("aggs").putObject("calls");
    calls.putObject("nested").put("path", "calls");
    ObjectNode pairs = calls.putObject("aggs").putObject("pairs");
    ObjectNode terms = pairs.putObject("multi_terms").put("size", MAX_CALLS);
    ArrayNode of = terms.putArray("terms");
    for (String field : List.of("client", "server", "connection")) {
      of.addObject().put("field", "calls." + field);
    }
    terms.putObject("order").put("count", "desc");
    ObjectNode sums = pairs.putObject("aggs");
    for (String field : List.of("count", "failed", "nanos")) {
      sums.putObject(field).putObject("sum").put("field", "calls." + field);
    }
    List<ServiceCall> found = new ArrayList<>();
    for (JsonNode pair : ask(Kind.TRACES, body).at("/aggregations/calls/pairs/buckets")) {
      found.add(
          new ServiceCall(
              pair.path("key").path(0).asText(),
              pair.path("key").path(1).asText(),
              pair.path("key").path(2).asText(),
              pair.path("count").path("value").asLong(),
              pair.path("failed").path("value").asLong(),
              pair.path("nanos").path("value").asLong()));
    }
    found.sort(CallTally.BUSIEST_FIRST);
    return found;
  }

  List<Redaction> redactions(RedactionQuery query) {
    ObjectNode body = search(query.limit());
    ObjectNode bool = body.putObject("query").putObject("bool");
    term(bool, "ruleId", query.ruleId());
    term(bool, "service", query.service());
    times(bool, query.fromUnixNano(), query.toUnixNano());
    newestFirst(body);
    List<Redaction> lines = new ArrayList<>();
    hits(Kind.REDACTIONS, body)
        .path("hits")
        .forEach(hit -> lines.add(OpenSearchDocuments.redaction(record(hit))));
    return lines;
  }

  long logCount() {
    try {
      Reply reply = client.count(indexes.all(Kind.LOGS), OpenSearchIndexes.lenient());
      return OpenSearchIndexes.require(reply).json().path("count").asLong();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  long traceCount() {
    ObjectNode body = search(0);
    body.putObject("aggs")
        .putObject("traces")
        .putObject("cardinality")
        .put("field", "traceId")
        .put("precision_threshold", 40_000);
    return ask(Kind.TRACES, body).at("/aggregations/traces/value").asLong();
  }

  private static ObjectNode search(int size) {
    ObjectNode body = OpenSearchClient.JSON.createObjectNode();
    body.put("size", size).put("timeout", "20s");
    return body;
  }

  private static void newestFirst(ObjectNode body) {
    sort(body, true);
  }

  private static void sort(ObjectNode body, boolean newestFirst) {
    ArrayNode sort = body.putArray("sort");
    sort.addObject()
        .putObject("sluice.time")
        .put("order", newestFirst ? "desc" : "asc")
        .put("unmapped_type", "long");
    sort.addObject()
        .putObject("sluice.id")
        .put("order", newestFirst ? "asc" : "desc")
        .put("unmapped_type", "keyword");
  }

  private static void term(ObjectNode bool, String field, @Nullable String value) {
    if (value != null) {
      bool.withArray("filter").addObject().putObject("term").put(field, value);
    }
  }

  private static void times(ObjectNode bool, long from, long to) {
    if (from != Long.MIN_VALUE || to != Long.MAX_VALUE) {
      ObjectNode range = bool.withArray("filter").addObject().putObject("range");
      ObjectNode time = range.putObject("sluice.time").put("gte", from);
      if (to != Long.MAX_VALUE) {
        time.put("lt", to);
      }
    }
  }

  private JsonNode hits(Kind kind, ObjectNode body) {
    return ask(kind, body).path("hits");
  }

  private JsonNode ask(Kind kind, ObjectNode body) {
    try {
      Reply reply = client.search(indexes.all(kind), OpenSearchIndexes.lenient(), body, stopped);
      hold(reply.body().length);
      JsonNode answer = OpenSearchIndexes.require(reply).json();
      if (answer.path("timed_out").asBoolean()) {
        throw new TooMuchToScanException(
            "there is more than OpenSearch looks through in 20 s: narrow from and to, or the filter");
      }
      return answer;
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** The reply instead of the one before. */
  private void hold(int bytes) {
    memory.give(lastReply);
    lastReply = 0;
    memory.take(bytes);
    lastReply = bytes;
  }

  private static OpenSearchUnavailableException unavailable(IOException e) {
    return new OpenSearchUnavailableException("OpenSearch: " + e.getMessage(), e);
  }

  private static byte[] record(JsonNode hit) {
    return Base64.getDecoder().decode(hit.path("_source").path("record").asText());
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
    for (String rest : List.of(object + ".overflow", object + ".unindexed")) {
      for (Map.Entry<String, JsonNode> each : source.path(rest).properties()) {
        attributes.put(each.getKey(), each.getValue().asText());
      }
    }
    return attributes;
  }

  private static String cursor(JsonNode sort) {
    String text = sort.get(0).asLong() + " " + sort.get(1).asText();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void cursor(String text, ArrayNode after) {
    try {
      String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      int space = decoded.indexOf(' ');
      after.add(Long.parseLong(decoded.substring(0, Math.max(0, space))));
      after.add(decoded.substring(space + 1));
    } catch (IllegalArgumentException e) {
      throw new InvalidQueryException("cursor: expected nextCursor of the page before");
    }
  }
}
