package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.Trace;
import io.sluice.schemas.trace.ServiceCall;
import io.sluice.sinks.search.OpenSearchIndexes.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Queries of traces in the cluster. */
final class OpenSearchTraces {

  private static final int MAX_VERSIONS = 1000;
  private static final int MAX_CALLS = 10_000;

  /** Records of a trace in its first slice: most have one, and one may have 8 MiB. */
  private static final int FIRST_VERSIONS = 2;

  /** Of the records of one trace that are looked at: a line of a list must not cost the heap. */
  private static final long MAX_LISTED_BYTES = 16L << 20;

  private static final long MAX_SHOWN_BYTES = 128L << 20;

  private final OpenSearchSearch search;
  private final QueryMemory.Share memory;

  OpenSearchTraces(OpenSearchSearch search, QueryMemory.Share memory) {
    this.search = search;
    this.memory = memory;
  }

  TracePage page(TraceQuery query) {
    ArrayNode after = OpenSearchSearch.place(query.cursor());
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
    return new TracePage(traces, more && last != null ? OpenSearchSearch.cursor(last) : null);
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
      OpenSearchSearch.newestFirst(body);
      body.putArray("_source").add("traceId");
      if (last != null) {
        body.set("search_after", last);
      }
      JsonNode found = search.hits(Kind.TRACES, body).path("hits");
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
    OpenSearchSearch.term(body.withObject("/query/bool"), "traceId", traceId);
    OpenSearchSearch.newestFirst(body);
    body.put("_source", false);
    JsonNode newest = search.hits(Kind.TRACES, body).path("hits").path(0).path("sort");
    int byTime = Long.compare(newest.path(0).asLong(), after.path(0).asLong());
    return byTime > 0
        || (byTime == 0 && newest.path(1).asText().compareTo(after.path(1).asText()) <= 0);
  }

  private static ObjectNode tracesOf(TraceQuery query, int size) {
    ObjectNode body = OpenSearchSearch.body(size);
    ObjectNode bool = body.putObject("query").putObject("bool");
    OpenSearchSearch.term(bool, "services", query.service());
    String operation = query.operation();
    if (operation != null) {
      String service = query.service() == null ? "" : query.service();
      OpenSearchSearch.term(bool, "operations", TraceTerms.operation(service, operation));
    }
    if (query.errorOnly()) {
      OpenSearchSearch.term(bool, "error", "true");
    }
    query
        .tags()
        .forEach(
            (key, value) -> {
              ArrayNode terms =
                  bool.withArray("filter").addObject().putObject("terms").putArray("attributes");
              TraceTerms.attribute(key, value).forEach(terms::add);
            });
    bool.withArray("filter")
        .addObject()
        .putObject("range")
        .putObject("durationInNanos")
        .put("gte", query.minDurationNanos())
        .put("lte", query.maxDurationNanos());
    OpenSearchSearch.times(bool, query.fromUnixNano(), query.toUnixNano());
    return body;
  }

  private static String traceId(JsonNode hit) {
    return hit.path("_source").path("traceId").asText();
  }

  Optional<StoredTrace> trace(String traceId) {
    return found(traceId, MAX_SHOWN_BYTES);
  }

  private Optional<StoredTrace> found(String traceId, long mostBytes) {
    long most = Math.min(mostBytes, memory.most());
    ObjectNode body = OpenSearchSearch.body(FIRST_VERSIONS);
    OpenSearchSearch.term(body.putObject("query").putObject("bool"), "traceId", traceId);
    body.putArray("sort").addObject().put("sluice.id", "asc");
    body.putArray("_source").add("record");
    body.put("track_total_hits", true);
    HitSlices hits = new HitSlices(search, Kind.TRACES, body, FIRST_VERSIONS, MAX_VERSIONS);
    List<Trace> versions = new ArrayList<>();
    long bytes = 0;
    int repeats = 0;
    String last = "";
    JsonNode hit = hits.next();
    while (hit != null) {
      String id = hit.path("sort").path(0).asText();
      if (id.equals(last)) { // it came again on another day
        repeats++;
      } else {
        last = id;
        Trace version = OpenSearchDocuments.trace(OpenSearchSearch.record(hit));
        long size = version.getOtlp().remaining();
        bytes += size;
        if (bytes > most && !versions.isEmpty()) {
          break;
        }
        memory.take(size);
        versions.add(version);
      }
      if (bytes >= most) {
        break;
      }
      hit = hits.next();
    }
    // A repeat in another slice is behind its place, and not among the hits.
    boolean isAll = hit == null && versions.size() + repeats < MAX_VERSIONS;
    int count = isAll ? versions.size() : (int) hits.total() - repeats;
    if (versions.isEmpty()) {
      return Optional.empty();
    }
    versions.sort(TraceDocuments.IN_ORDER);
    return Optional.of(new StoredTrace(TraceDocuments.summary(versions, count), versions));
  }

  List<ServiceCall> serviceCalls(long fromUnixNano, long toUnixNano) {
    ObjectNode body = OpenSearchSearch.body(0);
    OpenSearchSearch.times(body.putObject("query").putObject("bool"), fromUnixNano, toUnixNano);
    search.requireFew(Kind.TRACES, body, "traces");
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
    for (JsonNode pair : search.ask(Kind.TRACES, body).at("/aggregations/calls/pairs/buckets")) {
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

  long count() {
    ObjectNode body = OpenSearchSearch.body(0);
    body.putObject("aggs")
        .putObject("traces")
        .putObject("cardinality")
        .put("field", "traceId")
        .put("precision_threshold", 40_000);
    return search.ask(Kind.TRACES, body).at("/aggregations/traces/value").asLong();
  }
}
