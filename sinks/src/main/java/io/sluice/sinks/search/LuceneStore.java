package io.sluice.sinks.search;

import io.sluice.schemas.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
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
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Logs and traces in one Lucene index on disk, near real time. */
public final class LuceneStore implements SearchStore {

  private static final double BUFFER_MIB = 32;
  private static final String OFFSET = "offset:";

  private static final Sort NEWEST_FIRST =
      new Sort(
          new SortField(Fields.TIME, SortField.Type.LONG, true),
          new SortField(Fields.ID, SortField.Type.STRING));
  private static final Sort BY_ID = new Sort(new SortField(Fields.ID, SortField.Type.STRING));

  private static final int MAX_VERSIONS = 1000;

  /** Of the records of one trace that are looked at: a line of a list must not cost the heap. */
  private static final long MAX_LISTED_BYTES = 16L << 20;

  private static final long MAX_SHOWN_BYTES = 128L << 20;

  private final Analyzer analyzer = new StandardAnalyzer();
  private final LogQueryParser parser = new LogQueryParser(analyzer);
  private final FSDirectory directory;
  private final IndexWriter writer;
  private final SearcherManager searchers;

  private LuceneStore(FSDirectory directory) throws IOException {
    this.directory = directory;
    IndexWriterConfig config = new IndexWriterConfig(analyzer);
    config.setRAMBufferSizeMB(BUFFER_MIB);
    config.setCommitOnClose(false);
    this.writer = new IndexWriter(directory, config);
    this.searchers = new SearcherManager(writer, new SearcherFactory());
  }

  /**
   * Opens the index, or makes a new one.
   *
   * @throws IllegalStateException when another process has it open
   */
  public static LuceneStore open(Path path) {
    try {
      return new LuceneStore(FSDirectory.open(path));
    } catch (LockObtainFailedException e) {
      throw new IllegalStateException(
          "another process writes the search index in " + path.toAbsolutePath(), e);
    } catch (CorruptIndexException | IndexFormatTooOldException | IndexFormatTooNewException e) {
      throw new IllegalStateException(
          "the search index in "
              + path.toAbsolutePath()
              + " is damaged or of another version: delete it, and what Kafka still has is indexed"
              + " anew",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the search index in " + path, e);
    }
  }

  @Override
  public LogPage logs(LogQuery query) {
    BooleanQuery.Builder all = of(Fields.LOG);
    all.add(parser.parse(query.text()), Occur.FILTER);
    addTerm(all, Fields.SERVICE, query.service());
    addTerm(all, Fields.TRACE_ID, query.traceId());
    if (query.minSeverity() > 0) {
      all.add(LongPoint.newRangeQuery(Fields.SEVERITY, query.minSeverity(), 24), Occur.FILTER);
    }
    addTimes(all, query.fromUnixNano(), query.toUnixNano());
    FieldDoc after = query.cursor() == null ? null : cursor(query.cursor());
    return search(
        searcher -> {
          if (after != null) {
            // Time and id place an entry exactly; the number only has to be one that exists.
            after.doc = Math.max(0, searcher.getIndexReader().maxDoc() - 1);
          }
          TopDocs found = searcher.searchAfter(after, all.build(), query.limit(), NEWEST_FIRST);
          List<LogEntry> entries = new ArrayList<>();
          for (ScoreDoc doc : found.scoreDocs) {
            entries.add(LogDocuments.entry(searcher.storedFields().document(doc.doc)));
          }
          boolean more = entries.size() == query.limit();
          String next =
              more ? cursor((FieldDoc) found.scoreDocs[found.scoreDocs.length - 1]) : null;
          return new LogPage(entries, found.totalHits.value, next);
        });
  }

  @Override
  public List<TraceSummary> traces(TraceQuery query) {
    BooleanQuery.Builder all = of(Fields.TRACE);
    addTerm(all, Fields.SERVICE, query.service());
    if (query.operation() != null) {
      String service = query.service() == null ? "" : query.service();
      String term = TraceDocuments.operation(service, query.operation());
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
    return search(
        searcher -> {
          List<TraceSummary> traces = new ArrayList<>();
          for (String id : newest(searcher, all.build(), query.limit())) {
            found(searcher, id, MAX_LISTED_BYTES).ifPresent(trace -> traces.add(trace.summary()));
          }
          return traces;
        });
  }

  /**
   * Ids of the traces that have a version found, newest first. Each search leaves out the traces
   * that were found before, so that many versions of one trace do not hide the others.
   */
  private static Set<String> newest(IndexSearcher searcher, Query query, int most)
      throws IOException {
    Set<String> ids = new LinkedHashSet<>();
    while (ids.size() < most) {
      Query others =
          new BooleanQuery.Builder()
              .add(query, Occur.FILTER)
              .add(
                  new TermInSetQuery(Fields.TRACE_ID, ids.stream().map(BytesRef::new).toList()),
                  Occur.MUST_NOT)
              .build();
      ScoreDoc[] found = searcher.search(others, most, NEWEST_FIRST).scoreDocs;
      if (found.length == 0) {
        break;
      }
      for (ScoreDoc doc : found) {
        if (ids.size() < most) {
          ids.add(TraceDocuments.traceId((BytesRef) ((FieldDoc) doc).fields[1]));
        }
      }
    }
    return ids;
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
  public List<String> operations(String service) {
    return terms(Fields.OPERATION, service + '\0');
  }

  @Override
  public long logCount() {
    return search(searcher -> (long) searcher.count(of(Fields.LOG).build()));
  }

  @Override
  public long traceCount() {
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

  @Override
  public void put(LogEntry entry) {
    Term id = new Term(Fields.ID, Fields.LOG + entry.id());
    write(() -> writer.updateDocument(id, LogDocuments.of(entry)));
  }

  @Override
  public void put(Trace trace) {
    String id = TraceDocuments.id(trace);
    Term term = new Term(Fields.ID, id);
    write(() -> writer.updateDocument(term, TraceDocuments.of(trace, id)));
  }

  @Override
  public void commit(Map<TopicPartition, Long> next) {
    Map<String, String> data = new HashMap<>();
    next.forEach(
        (partition, offset) ->
            data.put(
                OFFSET + partition.partition() + ":" + partition.topic(), Long.toString(offset)));
    writer.setLiveCommitData(data.entrySet());
    write(writer::commit);
  }

  @Override
  public Map<TopicPartition, Long> committed() {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
    if (data != null) {
      for (Map.Entry<String, String> entry : data) {
        if (entry.getKey().startsWith(OFFSET)) {
          String place = entry.getKey().substring(OFFSET.length());
          int colon = place.indexOf(':');
          int partition = Integer.parseInt(place.substring(0, colon));
          offsets.put(
              new TopicPartition(place.substring(colon + 1), partition),
              Long.parseLong(entry.getValue()));
        }
      }
    }
    return offsets;
  }

  @Override
  public void refresh() {
    write(searchers::maybeRefresh);
  }

  @Override
  public void deleteBefore(long timeUnixNano) {
    Query old = LongPoint.newRangeQuery(Fields.TIME, Long.MIN_VALUE, timeUnixNano - 1);
    write(() -> writer.deleteDocuments(old));
  }

  @Override
  public void close() {
    try {
      searchers.close();
      writer.rollback();
      directory.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the search index", e);
    }
  }

  private static Optional<StoredTrace> found(IndexSearcher searcher, String traceId, long mostBytes)
      throws IOException {
    BooleanQuery.Builder query = of(Fields.TRACE);
    addTerm(query, Fields.TRACE_ID, traceId);
    List<Trace> versions = new ArrayList<>();
    long bytes = 0;
    for (ScoreDoc doc : searcher.search(query.build(), MAX_VERSIONS, BY_ID).scoreDocs) {
      Trace version = TraceDocuments.trace(searcher.storedFields().document(doc.doc));
      bytes += version.getOtlp().remaining();
      if (bytes > mostBytes && !versions.isEmpty()) {
        break;
      }
      versions.add(version);
    }
    if (versions.isEmpty()) {
      return Optional.empty();
    }
    versions.sort(TraceDocuments.IN_ORDER);
    int count = searcher.count(query.build());
    return Optional.of(new StoredTrace(TraceDocuments.summary(versions, count), versions));
  }

  private List<String> terms(String field, String prefix) {
    return search(
        searcher -> {
          List<String> found = new ArrayList<>();
          DirectoryReader reader = (DirectoryReader) searcher.getIndexReader();
          Terms terms = MultiTerms.getTerms(reader, field);
          if (terms == null) {
            return found;
          }
          TermsEnum each = terms.iterator();
          if (each.seekCeil(new BytesRef(prefix)) == TermsEnum.SeekStatus.END) {
            return found;
          }
          BytesRef term = each.term();
          while (term != null && startsWith(term, prefix)) {
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

  private static String cursor(FieldDoc last) {
    String text = last.fields[0] + " " + ((BytesRef) last.fields[1]).utf8ToString();
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

  private interface Write {
    void run() throws IOException;
  }

  private <T> T search(Read<T> read) {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        return read.from(searcher);
      } finally {
        searchers.release(searcher);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the search index", e);
    }
  }

  private static void write(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the search index", e);
    }
  }
}
