package io.sluice.sinks.search;

import io.sluice.schemas.Redaction;
import io.sluice.schemas.trace.ServiceCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ScoreDoc;

/** Queries of the index, each of its newest refresh, and of the partitions that its times touch. */
final class LuceneReader implements SearchReader {

  private final LucenePartitions partitions;
  private final LogQueryParser parser;
  private final long mostScanned;
  private final LuceneSearch search;
  private final LuceneLogs logs;
  private final LuceneTraces traces;

  LuceneReader(
      LucenePartitions partitions,
      LogQueryParser parser,
      BooleanSupplier stopped,
      QueryMemory.Share memory,
      long mostScanned) {
    this.partitions = partitions;
    this.parser = parser;
    this.mostScanned = mostScanned;
    search = new LuceneSearch(partitions, stopped, memory);
    logs = new LuceneLogs(search, parser, memory, mostScanned);
    traces = new LuceneTraces(search, memory, mostScanned);
  }

  @Override
  public SearchReader until(BooleanSupplier newStopped, QueryMemory.Share newMemory) {
    return new LuceneReader(partitions, parser, newStopped, newMemory, mostScanned);
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
    return search.terms(Fields.SERVICE, "");
  }

  @Override
  public List<Operation> operations(String service) {
    List<Operation> operations = new ArrayList<>();
    for (String term : search.terms(Fields.OPERATION_KIND, service + '\0')) {
      int separator = term.lastIndexOf('\0');
      if (separator >= 0) { // a service whose name fills a term has no operation in it
        operations.add(new Operation(term.substring(0, separator), term.substring(separator + 1)));
      }
    }
    return operations;
  }

  List<Redaction> redactions(RedactionQuery query) {
    BooleanQuery.Builder all = LuceneSearch.of(Fields.REDACTION);
    LuceneSearch.addTerm(all, Fields.RULE, query.ruleId());
    LuceneSearch.addTerm(all, Fields.SERVICE_OF_LINE, query.service());
    LuceneSearch.addTimes(all, query.fromUnixNano(), query.toUnixNano());
    return search.read(
        query.fromUnixNano(),
        query.toUnixNano(),
        searcher -> {
          List<Redaction> lines = new ArrayList<>();
          for (ScoreDoc doc :
              searcher.search(all.build(), query.limit(), LuceneSearch.NEWEST_FIRST).scoreDocs) {
            lines.add(LedgerDocuments.redaction(searcher.storedFields().document(doc.doc)));
          }
          return lines;
        });
  }

  long logCount() {
    return logs.count();
  }

  long traceCount() {
    return traces.count();
  }
}
