package io.sluice.sinks.search;

import io.sluice.schemas.Trace;
import io.sluice.schemas.trace.ServiceCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;

/** Logs and traces in one Lucene index on disk, near real time. */
public final class LuceneStore implements SearchStore {

  private static final double BUFFER_MIB = 32;
  private static final String OFFSET = "offset:";

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
   * @throws IllegalStateException when another process has it open
   */
  public static LuceneStore open(Path path) {
    return open(path, MOST_SCANNED);
  }

  static LuceneStore open(Path path, long mostScanned) {
    try {
      return new LuceneStore(FSDirectory.open(path), mostScanned);
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
