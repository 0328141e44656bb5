package io.sluice.sinks.search;

import io.sluice.schemas.Redaction;
import io.sluice.schemas.Trace;
import io.sluice.schemas.stage.StartException;
import io.sluice.schemas.trace.ServiceCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;

/** Logs and traces in one Lucene index on disk, near real time. */
public final class LuceneStore implements SearchStore {

  private static final double BUFFER_MIB = 32;
  private static final String OFFSET = "offset:";
  private static final int SORTED_AT_ONCE = 10_000;

  private static final Sort FIRST_ARRIVED =
      new Sort(new SortField(Fields.ARRIVED, SortField.Type.LONG));

  /** Documents that one query looks at: a second or so, whatever the machine. */
  private static final long MOST_SCANNED = 5_000_000;

  private final Analyzer analyzer = new StandardAnalyzer();
  private final FSDirectory directory;
  private final IndexWriter writer;
  private final SearcherManager searchers;
  private final LuceneReader reader;

  private LuceneStore(FSDirectory directory, long mostScanned) throws IOException {
    this.directory = directory;
    IndexWriterConfig config = new IndexWriterConfig(analyzer);
    config.setRAMBufferSizeMB(BUFFER_MIB);
    config.setCommitOnClose(false);
    this.writer = new IndexWriter(directory, config);
    this.searchers = new SearcherManager(writer, new SearcherFactory());
    this.reader =
        new LuceneReader(searchers, new LogQueryParser(analyzer), () -> false, mostScanned);
  }

  /**
   * Opens the index, or makes a new one.
   *
   * @throws StartException when another process has it open
   */
  public static LuceneStore open(Path path) {
    return open(path, MOST_SCANNED);
  }

  static LuceneStore open(Path path, long mostScanned) {
    try {
      return new LuceneStore(FSDirectory.open(path), mostScanned);
    } catch (LockObtainFailedException e) {
      throw new StartException(
          "another process writes the search index in " + path.toAbsolutePath(), e);
    } catch (CorruptIndexException | IndexFormatTooOldException | IndexFormatTooNewException e) {
      throw new StartException(
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
    return reader.logs(query);
  }

  @Override
  public LogSummary summary(LogQuery query, int buckets) {
    return reader.summary(query, buckets);
  }

  @Override
  public Optional<LogContext> context(String id, LogQuery among, int lines) {
    return reader.context(id, among, lines);
  }

  @Override
  public TracePage traces(TraceQuery query) {
    return reader.traces(query);
  }

  @Override
  public Optional<StoredTrace> trace(String traceId) {
    return reader.trace(traceId);
  }

  @Override
  public List<String> services() {
    return reader.services();
  }

  @Override
  public List<Operation> operations(String service) {
    return reader.operations(service);
  }

  @Override
  public List<ServiceCall> serviceCalls(long fromUnixNano, long toUnixNano) {
    return reader.serviceCalls(fromUnixNano, toUnixNano);
  }

  @Override
  public SearchReader until(BooleanSupplier stopped) {
    return reader.until(stopped);
  }

  @Override
  public long logCount() {
    return reader.logCount();
  }

  @Override
  public long traceCount() {
    return reader.traceCount();
  }

  @Override
  public List<Redaction> redactions(RedactionQuery query) {
    return reader.redactions(query);
  }

  @Override
  public void put(LogEntry entry, DocumentSource source) {
    put(Fields.LOG + entry.id(), LogDocuments.of(entry), source);
  }

  @Override
  public void put(Trace trace, DocumentSource source) {
    String id = TraceDocuments.id(trace);
    put(id, TraceDocuments.of(trace, id), source);
  }

  @Override
  public void put(Redaction redaction, DocumentSource source) {
    String id = Fields.REDACTION + source.place();
    put(id, LedgerDocuments.of(redaction, id), source);
  }

  private void put(String id, Document document, DocumentSource source) {
    document.add(new LongPoint(Fields.ARRIVED, source.arrivedMillis()));
    document.add(new NumericDocValuesField(Fields.ARRIVED, source.arrivedMillis()));
    try {
      write(() -> writer.updateDocument(new Term(Fields.ID, id), document));
    } catch (IllegalArgumentException e) {
      // What the index refuses now it refuses for ever; its words may quote the value.
      source.refused("the index refused a document of this record");
    }
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
  public void deleteBefore(long arrivedMillis) {
    Query old = LongPoint.newRangeQuery(Fields.ARRIVED, Long.MIN_VALUE, arrivedMillis - 1);
    write(() -> writer.deleteDocuments(old));
  }

  @Override
  public void shrinkTo(long bytes) {
    write(
        () -> {
          IndexSearcher searcher = searchers.acquire();
          try {
            double all = searcher.getIndexReader().maxDoc();
            int live = searcher.getIndexReader().numDocs();
            double size = all == 0 ? 0 : bytesOnDisk() * (live / all);
            if (size > bytes) {
              deleteFirst(searcher, (int) Math.ceil(live * (1 - bytes / size)));
            }
          } finally {
            searchers.release(searcher);
          }
        });
  }

  private long bytesOnDisk() throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      try {
        bytes += directory.fileLength(file);
      } catch (NoSuchFileException e) {
        // merged away meanwhile
      }
    }
    return bytes;
  }

  /** In steps, so that what is sorted stays small. */
  private void deleteFirst(IndexSearcher searcher, int documents) throws IOException {
    ScoreDoc last = null;
    for (int left = documents; left > 0; left -= SORTED_AT_ONCE) {
      ScoreDoc[] oldest =
          searcher.searchAfter(
                  last, new MatchAllDocsQuery(), Math.min(left, SORTED_AT_ONCE), FIRST_ARRIVED)
              .scoreDocs;
      if (oldest.length == 0) {
        break;
      }
      last = oldest[oldest.length - 1];
    }
    if (last != null) {
      deleteBefore((Long) ((FieldDoc) last).fields[0] + 1);
    }
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

  private interface Write {
    void run() throws IOException;
  }

  private static void write(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the search index", e);
    }
  }
}
