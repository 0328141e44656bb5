package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.trace.ServiceCall;
import io.sluice.sinks.search.OpenSearchIndexes.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** The reading side of the store. Safe for use by several threads. */
final class OpenSearchQueries implements SearchReader {

  private final OpenSearchClient client;
  private final OpenSearchIndexes indexes;
  private final long mostScanned;
  private final OpenSearchSearch search;
  private final OpenSearchLogs logs;
  private final OpenSearchTraces traces;

  OpenSearchQueries(
      OpenSearchClient client,
      OpenSearchIndexes indexes,
      BooleanSupplier stopped,
      QueryMemory.Share memory,
      long mostScanned) {
    this.client = client;
    this.indexes = indexes;
    this.mostScanned = mostScanned;
    search = new OpenSearchSearch(client, indexes, stopped, memory, mostScanned);
    logs = new OpenSearchLogs(search, memory);
    traces = new OpenSearchTraces(search, memory);
  }

  @Override
  public SearchReader until(BooleanSupplier newStopped, QueryMemory.Share newMemory) {
    return new OpenSearchQueries(client, indexes, newStopped, newMemory, mostScanned);
  }

  @Override
  public LogPage logs(LogQuery query) {
    return logs.page(query);
  }

  @Override
  public LogSummary summary(LogQuery query, int buckets) {
    return logs.summary(query, buckets);
  }

  @Override
  public Optional<LogContext> context(String id, LogQuery among, int lines) {
    return logs.context(id, among, lines);
  }

  @Override
  public TracePage traces(TraceQuery query) {
    return traces.page(query);
  }

  @Override
  public Optional<StoredTrace> trace(String traceId) {
    return traces.trace(traceId);
  }

  @Override
  public List<ServiceCall> serviceCalls(long fromUnixNano, long toUnixNano) {
    return traces.serviceCalls(fromUnixNano, toUnixNano);
  }

  @Override
  public List<String> services() {
    Set<String> names = new TreeSet<>(search.names(Kind.LOGS, "serviceName", ""));
    names.addAll(search.names(Kind.TRACES, "services", ""));
    return List.copyOf(names);
  }

  @Override
  public List<Operation> operations(String service) {
    String prefix = service + '\0';
    List<Operation> operations = new ArrayList<>();
    for (String term : new TreeSet<>(search.names(Kind.TRACES, "operationKinds", prefix))) {
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

  List<Redaction> redactions(RedactionQuery query) {
    ObjectNode body = OpenSearchSearch.body(query.limit());
    ObjectNode bool = body.putObject("query").putObject("bool");
    OpenSearchSearch.term(bool, "ruleId", query.ruleId());
    OpenSearchSearch.term(bool, "service", query.service());
    OpenSearchSearch.times(bool, query.fromUnixNano(), query.toUnixNano());
    OpenSearchSearch.newestFirst(body);
    List<Redaction> lines = new ArrayList<>();
    search
        .hits(Kind.REDACTIONS, body)
        .path("hits")
        .forEach(hit -> lines.add(OpenSearchDocuments.redaction(OpenSearchSearch.record(hit))));
    return lines;
  }

  long logCount() {
    return logs.count();
  }

  long traceCount() {
    return traces.count();
  }
}
