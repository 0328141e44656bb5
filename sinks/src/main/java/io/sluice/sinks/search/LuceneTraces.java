package io.sluice.sinks.search;

import io.sluice.schemas.Trace;
import io.sluice.schemas.trace.ServiceCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Queries of traces in the index. */
final class LuceneTraces {

  private static final Sort BY_ID = new Sort(new SortField(Fields.ID, SortField.Type.STRING));

  private static final int MAX_VERSIONS = 1000;

  /** Of the records of one trace that are looked at: a line of a list must not cost the heap. */
  private static final long MAX_LISTED_BYTES = 16L << 20;

  /** Of a trace; less on a small heap. */
  private static final long MAX_SHOWN_BYTES = 128L << 20;

  private final LuceneSearch search;
  private final QueryMemory.Share memory;
  private final long mostScanned;

  LuceneTraces(LuceneSearch search, QueryMemory.Share memory, long mostScanned) {
    this.search = search;
    this.memory = memory;
    this.mostScanned = mostScanned;
  }

  TracePage page(TraceQuery query) {
    Query all = tracesOf(query);
    FieldDoc after = LuceneSearch.place(query.cursor());
    List<FieldDoc> found =
        search.read(
            query.fromUnixNano(),
            query.toUnixNano(),
            searcher -> newest(searcher, all, after, query.limit()));
    boolean more = found.size() == query.limit();
    String next = more ? LuceneSearch.cursor(found.get(found.size() - 1)) : null;
    return new TracePage(found.isEmpty() ? List.of() : summaries(found), next);
  }

  /** With the versions that began at other times, wherever they are. */
  private List<TraceSummary> summaries(List<FieldDoc> found) {
    return search.read(
        searcher -> {
          List<TraceSummary> traces = new ArrayList<>();
          for (FieldDoc doc : found) {
            Optional<StoredTrace> trace = found(searcher, traceId(doc), MAX_LISTED_BYTES);
            if (trace.isPresent()) {
              traces.add(trace.get().summary());
              memory.give(trace.get().bytes());
            }
          }
          return traces;
        });
  }

  /**
   * The newest version found of each trace, newest first. Each search leaves out the traces that
   * were found before, so that many versions of one trace do not hide the others.
   */
  private List<FieldDoc> newest(
      IndexSearcher searcher, Query query, @Nullable FieldDoc after, int most) throws IOException {
    List<FieldDoc> newest = new ArrayList<>();
    Set<String> ids = new LinkedHashSet<>();
    FieldDoc last = after;
    while (newest.size() < most) {
      Query others =
          new BooleanQuery.Builder()
              .add(query, Occur.FILTER)
              .add(
                  new TermInSetQuery(Fields.TRACE_ID, ids.stream().map(BytesRef::new).toList()),
                  Occur.MUST_NOT)
              .build();
      ScoreDoc[] found =
          LuceneSearch.after(searcher, last, others, most, LuceneSearch.NEWEST_FIRST).scoreDocs;
      if (found.length == 0) {
        break;
      }
      for (ScoreDoc doc : found) {
        last = (FieldDoc) doc;
        if (newest.size() < most
            && ids.add(traceId(last))
            && (after == null || !isBefore(searcher, query, last, after))) {
          newest.add(last);
        }
      }
    }
    return newest;
  }

  /** Whether a newer version of the trace stood on a page before this one. */
  private boolean isBefore(IndexSearcher searcher, Query query, FieldDoc doc, FieldDoc after)
      throws IOException {
    Query versions =
        new BooleanQuery.Builder()
            .add(query, Occur.FILTER)
            .add(new TermQuery(new Term(Fields.TRACE_ID, traceId(doc))), Occur.FILTER)
            .build();
    ScoreDoc[] found = searcher.search(versions, 1, LuceneSearch.NEWEST_FIRST).scoreDocs;
    if (found.length == 0) {
      return false; // stopped: nobody gets this page
    }
    FieldDoc newest = (FieldDoc) found[0];
    int byTime = Long.compare(LuceneSearch.time(newest), LuceneSearch.time(after));
    return byTime > 0
        || (byTime == 0 && LuceneSearch.id(newest).compareTo(LuceneSearch.id(after)) <= 0);
  }

  Optional<StoredTrace> trace(String traceId) {
    return search.read(searcher -> found(searcher, traceId, MAX_SHOWN_BYTES));
  }

  List<ServiceCall> serviceCalls(long fromUnixNano, long toUnixNano) {
    BooleanQuery.Builder all = LuceneSearch.of(Fields.TRACE);
    LuceneSearch.addTimes(all, fromUnixNano, toUnixNano);
    Query query = all.build();
    return search.read(
        fromUnixNano,
        toUnixNano,
        searcher -> {
          if (searcher.count(query) > mostScanned) {
            throw new TooMuchToScanException("traces", mostScanned);
          }
          return CallTally.of(searcher, query);
        });
  }

  long count() {
    // The ids of a trace's records lie side by side.
    return search.read(
        searcher -> {
          long traces = 0;
          Terms ids = MultiTerms.getTerms(searcher.getIndexReader(), Fields.ID);
          if (ids == null) {
            return 0L;
          }
          TermsEnum each = ids.iterator();
          if (each.seekCeil(new BytesRef(Fields.TRACE)) != TermsEnum.SeekStatus.END) {
            BytesRef id = each.term();
            String last = "";
            while (id != null && LuceneSearch.startsWith(id, Fields.TRACE)) {
              String trace = TraceDocuments.traceId(id);
              traces += trace.equals(last) ? 0 : 1;
              last = trace;
              id = each.next();
            }
          }
          return traces;
        });
  }

  private static Query tracesOf(TraceQuery query) {
    BooleanQuery.Builder all = LuceneSearch.of(Fields.TRACE);
    LuceneSearch.addTerm(all, Fields.SERVICE, query.service());
    String operation = query.operation();
    if (operation != null) {
      String service = query.service() == null ? "" : query.service();
      String term = TraceTerms.operation(service, operation);
      all.add(new TermQuery(new Term(Fields.OPERATION, term)), Occur.FILTER);
    }
    if (query.errorOnly()) {
      LuceneSearch.addTerm(all, Fields.ERROR, "true");
    }
    query.tags().forEach((key, value) -> all.add(attribute(key, value), Occur.FILTER));
    all.add(
        LongPoint.newRangeQuery(
            Fields.DURATION, query.minDurationNanos(), query.maxDurationNanos()),
        Occur.FILTER);
    LuceneSearch.addTimes(all, query.fromUnixNano(), query.toUnixNano());
    return all.build();
  }

  private static Query attribute(String key, String value) {
    List<BytesRef> terms = TraceTerms.attribute(key, value).stream().map(BytesRef::new).toList();
    return new TermInSetQuery(Fields.ATTRIBUTE, terms);
  }

  private Optional<StoredTrace> found(IndexSearcher searcher, String traceId, long mostBytes)
      throws IOException {
    BooleanQuery.Builder query = LuceneSearch.of(Fields.TRACE);
    LuceneSearch.addTerm(query, Fields.TRACE_ID, traceId);
    long most = Math.min(mostBytes, memory.most());
    List<Trace> versions = new ArrayList<>();
    long bytes = 0;
    int repeats = 0;
    Object last = "";
    for (ScoreDoc doc : searcher.search(query.build(), MAX_VERSIONS, BY_ID).scoreDocs) {
      Object id = ((FieldDoc) doc).fields[0];
      if (id.equals(last)) { // it came again, and the first is in an earlier partition
        repeats++;
        continue;
      }
      last = id;
      Trace version = TraceDocuments.trace(searcher.storedFields().document(doc.doc));
      long size = version.getOtlp().remaining();
      bytes += size;
      if (bytes > most && !versions.isEmpty()) {
        break;
      }
      memory.take(size);
      versions.add(version);
    }
    if (versions.isEmpty()) {
      return Optional.empty();
    }
    versions.sort(TraceDocuments.IN_ORDER);
    int count = searcher.count(query.build()) - repeats;
    return Optional.of(new StoredTrace(TraceDocuments.summary(versions, count), versions));
  }

  private static String traceId(FieldDoc doc) {
    return TraceDocuments.traceId(LuceneSearch.id(doc));
  }
}
