package io.sluice.sinks.search;

import io.sluice.schemas.Redaction;
import io.sluice.schemas.Trace;
import io.sluice.schemas.trace.ServiceCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.MultiReader;
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
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Queries of the index, each of its newest refresh, and of the partitions that its times touch. */
final class LuceneReader implements SearchReader {

  private static final Sort NEWEST_FIRST =
      new Sort(
          new SortField(Fields.TIME, SortField.Type.LONG, true),
          new SortField(Fields.ID, SortField.Type.STRING));
  private static final Sort OLDEST_FIRST =
      new Sort(
          new SortField(Fields.TIME, SortField.Type.LONG),
          new SortField(Fields.ID, SortField.Type.STRING, true));
  private static final Sort BY_ID = new Sort(new SortField(Fields.ID, SortField.Type.STRING));

  /** Whatever names senders invent, an answer has no more. */
  private static final int MAX_NAMES = 10_000;

  private static final int MAX_VERSIONS = 1000;

  /** Of the records of one trace that are looked at: a line of a list must not cost the heap. */
  private static final long MAX_LISTED_BYTES = 16L << 20;

  /** Of a trace; less on a small heap. */
  private static final long MAX_SHOWN_BYTES = 128L << 20;

  /** Characters of a page; it has fewer lines then. */
  private static final long MAX_PAGE = 16L << 20;

  /** What a line costs beside its texts. */
  private static final long OVERHEAD = 200;

  private final LucenePartitions partitions;
  private final LogQueryParser parser;
  private final BooleanSupplier stopped;
  private final QueryMemory.Share memory;
  private final long mostScanned;

  LuceneReader(
      LucenePartitions partitions,
      LogQueryParser parser,
      BooleanSupplier stopped,
      QueryMemory.Share memory,
      long mostScanned) {
    this.partitions = partitions;
    this.parser = parser;
    this.stopped = stopped;
    this.memory = memory;
    this.mostScanned = mostScanned;
  }

  @Override
  public SearchReader until(BooleanSupplier newStopped, QueryMemory.Share newMemory) {
    return new LuceneReader(partitions, parser, newStopped, newMemory, mostScanned);
  }

  @Override
  public LogPage logs(LogQuery query) {
    Query all = logsOf(query);
    String cursor = query.cursor();
    FieldDoc after = cursor == null ? null : cursor(cursor);
    return search(
        query.fromUnixNano(),
        upTo(query.toUnixNano(), after),
        searcher -> {
          TopDocs found = after(searcher, after, all, query.limit(), NEWEST_FIRST);
          List<LogEntry> entries = entries(searcher, found, MAX_PAGE);
          boolean more = entries.size() == query.limit() || entries.size() < found.scoreDocs.length;
          String next = more ? cursor(found.scoreDocs[entries.size() - 1]) : null;
          return new LogPage(entries, found.totalHits.value, next);
        });
  }

  @Override
  public LogSummary summary(LogQuery query, int buckets) {
    Query all = logsOf(query);
    return search(
        query.fromUnixNano(),
        query.toUnixNano(),
        searcher -> {
          ScoreDoc[] newest = searcher.search(all, 1, NEWEST_FIRST).scoreDocs;
          ScoreDoc[] oldest = searcher.search(all, 1, OLDEST_FIRST).scoreDocs;
          if (newest.length == 0 || oldest.length == 0 || searcher.timedOut()) {
            return LogTally.NOTHING; // when stopped, between some ends that are not the ends
          }
          LogTally tally = new LogTally(time(oldest[0]), time(newest[0]), buckets, mostScanned);
          return tally.of(searcher, all);
        });
  }

  @Override
  public Optional<LogContext> context(String id, LogQuery among, int lines) {
    Query all = logsOf(among);
    Query one = new TermQuery(new Term(Fields.ID, Fields.LOG + id));
    return search(
        searcher -> {
          ScoreDoc[] found = searcher.search(one, 1, NEWEST_FIRST).scoreDocs;
          if (found.length == 0) {
            return Optional.empty();
          }
          FieldDoc at = (FieldDoc) found[0];
          LogEntry entry = entry(searcher, at);
          TopDocs older = after(searcher, at, all, lines, NEWEST_FIRST);
          List<LogEntry> before = entries(searcher, older, MAX_PAGE / 2);
          Collections.reverse(before);
          TopDocs newer = after(searcher, at, all, lines, OLDEST_FIRST);
          List<LogEntry> later = entries(searcher, newer, MAX_PAGE / 2);
          return Optional.of(new LogContext(before, entry, later));
        });
  }

  @Override
  public TracePage traces(TraceQuery query) {
    Query all = tracesOf(query);
    String cursor = query.cursor();
    FieldDoc after = cursor == null ? null : cursor(cursor);
    List<FieldDoc> found =
        search(
            query.fromUnixNano(),
            query.toUnixNano(),
            searcher -> newest(searcher, all, after, query.limit()));
    boolean more = found.size() == query.limit();
    String next = more ? cursor(found.get(found.size() - 1)) : null;
    return new TracePage(found.isEmpty() ? List.of() : summaries(found), next);
  }

  /** With the versions that began at other times, wherever they are. */
  private List<TraceSummary> summaries(List<FieldDoc> found) {
    return search(
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
      ScoreDoc[] found = after(searcher, last, others, most, NEWEST_FIRST).scoreDocs;
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
    ScoreDoc[] found = searcher.search(versions, 1, NEWEST_FIRST).scoreDocs;
    if (found.length == 0) {
      return false; // stopped: nobody gets this page
    }
    FieldDoc newest = (FieldDoc) found[0];
    int byTime = Long.compare(time(newest), time(after));
    return byTime > 0 || (byTime == 0 && id(newest).compareTo(id(after)) <= 0);
  }

  @Override
  public Optional<StoredTrace> trace(String traceId) {
    return search(searcher -> found(searcher, traceId, MAX_SHOWN_BYTES));
  }

  @Override
  public List<String> services() {
    return terms(Fields.SERVICE, "");
  }

  @Override
  public List<Operation> operations(String service) {
    List<Operation> operations = new ArrayList<>();
    for (String term : terms(Fields.OPERATION_KIND, service + '\0')) {
      int separator = term.lastIndexOf('\0');
      if (separator >= 0) { // a service whose name fills a term has no operation in it
        operations.add(new Operation(term.substring(0, separator), term.substring(separator + 1)));
      }
    }
    return operations;
  }

  @Override
  public List<ServiceCall> serviceCalls(long fromUnixNano, long toUnixNano) {
    BooleanQuery.Builder all = of(Fields.TRACE);
    addTimes(all, fromUnixNano, toUnixNano);
    Query query = all.build();
    return search(
        fromUnixNano,
        toUnixNano,
        searcher -> {
          if (searcher.count(query) > mostScanned) {
            throw new TooMuchToScanException("traces", mostScanned);
          }
          return CallTally.of(searcher, query);
        });
  }

  List<Redaction> redactions(RedactionQuery query) {
    BooleanQuery.Builder all = of(Fields.REDACTION);
    addTerm(all, Fields.RULE, query.ruleId());
    addTerm(all, Fields.SERVICE_OF_LINE, query.service());
    addTimes(all, query.fromUnixNano(), query.toUnixNano());
    return search(
        query.fromUnixNano(),
        query.toUnixNano(),
        searcher -> {
          List<Redaction> lines = new ArrayList<>();
          for (ScoreDoc doc : searcher.search(all.build(), query.limit(), NEWEST_FIRST).scoreDocs) {
            lines.add(LedgerDocuments.redaction(searcher.storedFields().document(doc.doc)));
          }
          return lines;
        });
  }

  long logCount() {
    return search(searcher -> (long) searcher.count(of(Fields.LOG).build()));
  }

  long traceCount() {
    // The ids of a trace's records lie side by side.
    return search(
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
            while (id != null && startsWith(id, Fields.TRACE)) {
              String trace = TraceDocuments.traceId(id);
              traces += trace.equals(last) ? 0 : 1;
              last = trace;
              id = each.next();
            }
          }
          return traces;
        });
  }

  private Query logsOf(LogQuery query) {
    BooleanQuery.Builder all = of(Fields.LOG);
    all.add(parser.parse(query.text()), Occur.FILTER);
    addTerm(all, Fields.SERVICE, query.service());
    addTerm(all, Fields.TRACE_ID, query.traceId());
    if (query.minSeverity() > 0) {
      all.add(LongPoint.newRangeQuery(Fields.SEVERITY, query.minSeverity(), 24), Occur.FILTER);
    }
    addTimes(all, query.fromUnixNano(), query.toUnixNano());
    return all.build();
  }

  private static Query tracesOf(TraceQuery query) {
    BooleanQuery.Builder all = of(Fields.TRACE);
    addTerm(all, Fields.SERVICE, query.service());
    String operation = query.operation();
    if (operation != null) {
      String service = query.service() == null ? "" : query.service();
      String term = TraceTerms.operation(service, operation);
      all.add(new TermQuery(new Term(Fields.OPERATION, term)), Occur.FILTER);
    }
    if (query.errorOnly()) {
      addTerm(all, Fields.ERROR, "true");
    }
    query.tags().forEach((key, value) -> addTerm(all, Fields.ATTRIBUTE, key + "=" + value));
    all.add(
        LongPoint.newRangeQuery(
            Fields.DURATION, query.minDurationNanos(), query.maxDurationNanos()),
        Occur.FILTER);
    addTimes(all, query.fromUnixNano(), query.toUnixNano());
    return all.build();
  }

  private Optional<StoredTrace> found(IndexSearcher searcher, String traceId, long mostBytes)
      throws IOException {
    BooleanQuery.Builder query = of(Fields.TRACE);
    addTerm(query, Fields.TRACE_ID, traceId);
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

  /** As many as there is room for, and the first. */
  private List<LogEntry> entries(IndexSearcher searcher, TopDocs found, long mostLength)
      throws IOException {
    long most = Math.min(mostLength, memory.most());
    List<LogEntry> entries = new ArrayList<>();
    long all = 0;
    for (ScoreDoc doc : found.scoreDocs) {
      LogEntry entry = entry(searcher, doc);
      all += entry.length();
      if (all > most && !entries.isEmpty()) {
        break;
      }
      memory.take(entry.length() + OVERHEAD);
      entries.add(entry);
    }
    return entries;
  }

  private static LogEntry entry(IndexSearcher searcher, ScoreDoc doc) throws IOException {
    Document document = searcher.storedFields().document(doc.doc);
    return LogDocuments.entry(document);
  }

  private List<String> terms(String field, String prefix) {
    return search(
        searcher -> {
          List<String> found = new ArrayList<>();
          Terms terms = MultiTerms.getTerms(searcher.getIndexReader(), field);
          if (terms == null) {
            return found;
          }
          TermsEnum each = terms.iterator();
          if (each.seekCeil(new BytesRef(prefix)) == TermsEnum.SeekStatus.END) {
            return found;
          }
          BytesRef term = each.term();
          while (term != null && startsWith(term, prefix) && found.size() < MAX_NAMES) {
            memory.take(term.length);
            found.add(term.utf8ToString().substring(prefix.length()));
            term = each.next();
          }
          return found;
        });
  }

  private static boolean startsWith(BytesRef term, String prefix) {
    BytesRef wanted = new BytesRef(prefix);
    return term.length >= wanted.length
        && new BytesRef(term.bytes, term.offset, wanted.length).bytesEquals(wanted);
  }

  private static BooleanQuery.Builder of(String kind) {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    addTerm(query, Fields.KIND, kind);
    return query;
  }

  private static void addTerm(BooleanQuery.Builder query, String field, @Nullable String value) {
    if (value != null) {
      query.add(new TermQuery(new Term(field, LogDocuments.term(value))), Occur.FILTER);
    }
  }

  private static void addTimes(BooleanQuery.Builder query, long from, long to) {
    if (from != Long.MIN_VALUE || to != Long.MAX_VALUE) {
      long last = to == Long.MAX_VALUE ? to : to - 1;
      query.add(LongPoint.newRangeQuery(Fields.TIME, from, last), Occur.FILTER);
    }
  }

  private static TopDocs after(
      IndexSearcher searcher, @Nullable FieldDoc after, Query query, int most, Sort sort)
      throws IOException {
    if (after != null) {
      // Time and id place a document exactly; the number only has to be one that exists.
      after.doc = Math.max(0, searcher.getIndexReader().maxDoc() - 1);
    }
    return searcher.searchAfter(after, query, most, sort);
  }

  /** What comes after a place among the newest first is no later. */
  private static long upTo(long toUnixNano, @Nullable FieldDoc after) {
    return after == null || time(after) == Long.MAX_VALUE
        ? toUnixNano
        : Math.min(toUnixNano, time(after) + 1);
  }

  private static long time(ScoreDoc doc) {
    return (Long) ((FieldDoc) doc).fields[0];
  }

  private static BytesRef id(FieldDoc doc) {
    return (BytesRef) doc.fields[1];
  }

  private static String traceId(FieldDoc doc) {
    return TraceDocuments.traceId(id(doc));
  }

  private static String cursor(ScoreDoc last) {
    String text = time(last) + " " + id((FieldDoc) last).utf8ToString();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static FieldDoc cursor(String text) {
    try {
      String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      int space = decoded.indexOf(' ');
      long time = Long.parseLong(decoded.substring(0, Math.max(0, space)));
      BytesRef id = new BytesRef(decoded.substring(space + 1));
      return new FieldDoc(0, 0, new Object[] {time, id});
    } catch (IllegalArgumentException e) {
      throw new InvalidQueryException("cursor: expected nextCursor of the page before");
    }
  }

  private interface Read<T> {
    T from(IndexSearcher searcher) throws IOException;
  }

  private <T> T search(Read<T> read) {
    return search(Long.MIN_VALUE, Long.MAX_VALUE, read);
  }

  /** Of the partitions that may have something of these times. */
  private <T> T search(long fromUnixNano, long toUnixNano, Read<T> read) {
    try {
      List<DirectoryReader> held = partitions.acquire(fromUnixNano, toUnixNano);
      try (MultiReader all = new MultiReader(held.toArray(new IndexReader[0]), false)) {
        IndexSearcher searcher = new IndexSearcher(all);
        searcher.setTimeout(stopped::getAsBoolean);
        T answer = read.from(searcher);
        if (searcher.timedOut() || stopped.getAsBoolean()) {
          throw new QueryStoppedException();
        }
        return answer;
      } finally {
        LucenePartitions.release(held);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the search index", e);
    }
  }
}
