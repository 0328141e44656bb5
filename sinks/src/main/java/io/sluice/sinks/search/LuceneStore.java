package io.sluice.sinks.search;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.Trace;
import io.sluice.schemas.stage.StartException;
import io.sluice.schemas.trace.ServiceCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.FSDirectory;

/**
 * Logs, traces and the redaction ledger in Lucene's indexes on disk, near real time, with the
 * offsets in their commits. Written in {@link LucenePartitions}.
 */
public final class LuceneStore implements SearchStore {

  /** Documents that one query looks at: a second or so, whatever the machine. */
  private static final long MOST_SCANNED = 5_000_000;

  /**
   * Each has a segment of its own until the next refresh; merging them costs more than it saves.
   */
  private static final int MOST_WRITERS = 4;

  private final Path path;
  private final Clock clock;
  private final LucenePartitions partitions;
  private final LuceneReader reader;

  private LuceneStore(Path path, Clock clock, LucenePartitions partitions, LuceneReader reader) {
    this.path = path;
    this.clock = clock;
    this.partitions = partitions;
    this.reader = reader;
  }

  /**
   * Opens the index, or makes a new one, of the usual size.
   *
   * @throws StartException when another process has it open, or it cannot be read
   */
  public static LuceneStore open(Path path) {
    return open(path, SearchSinkConfig.defaults(), new SimpleMeterRegistry());
  }

  /**
   * Opens the index, or makes a new one, of the usual size.
   *
   * @param mostScanned documents that one query looks at
   */
  public static LuceneStore open(Path path, long mostScanned) {
    LucenePartitions.Limits limits = LucenePartitions.Limits.of(SearchSinkConfig.defaults());
    return open(path, limits, Clock.systemUTC(), FSDirectory::open, mostScanned);
  }

  /**
   * Opens the index, or makes a new one.
   *
   * @param config its retention and size decide how large the parts are in which it is dropped
   * @param registry gets how large and how old it is
   * @throws StartException when another process has it open, or it cannot be read
   */
  public static LuceneStore open(Path path, SearchSinkConfig config, MeterRegistry registry) {
    LucenePartitions.Limits limits = LucenePartitions.Limits.of(config);
    LuceneStore store = open(path, limits, Clock.systemUTC(), FSDirectory::open, MOST_SCANNED);
    store.measureIn(registry);
    return store;
  }

  static LuceneStore open(
      Path path,
      LucenePartitions.Limits limits,
      Clock clock,
      LucenePartitions.Directories directories,
      long mostScanned) {
    Analyzer analyzer = new StandardAnalyzer();
    try {
      LucenePartitions partitions =
          new LucenePartitions(path, analyzer, limits, clock, directories);
      LogQueryParser parser = new LogQueryParser(analyzer);
      LuceneReader reader =
          new LuceneReader(
              partitions, parser, () -> false, QueryMemory.Share.UNCOUNTED, mostScanned);
      return new LuceneStore(path, clock, partitions, reader);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the search index in " + path, e);
    }
  }

  void measureIn(MeterRegistry registry) {
    IndexMeters.register(registry, partitions, clock);
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
  public SearchReader until(BooleanSupplier stopped, QueryMemory.Share memory) {
    return reader.until(stopped, memory);
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
  public int writers() {
    return Math.min(MOST_WRITERS, Runtime.getRuntime().availableProcessors());
  }

  @Override
  public void put(LogEntry entry, DocumentSource source) {
    Document document = LogDocuments.of(entry);
    put(source, () -> partitions.active().add(document, entry.timeUnixNano(), clock.millis()));
  }

  @Override
  public void put(Trace trace, DocumentSource source) {
    String id = TraceDocuments.id(trace);
    Document document = TraceDocuments.of(trace, id);
    replace(id, document, trace.getStartTimeUnixNano(), source);
  }

  @Override
  public void put(Redaction redaction, DocumentSource source) {
    String id = Fields.REDACTION + source.place();
    Document document = LedgerDocuments.of(redaction, id);
    replace(id, document, redaction.getWindowStartUnixNano(), source);
  }

  private void replace(String id, Document document, long timeUnixNano, DocumentSource source) {
    Term term = new Term(Fields.ID, id);
    put(source, () -> partitions.active().replace(term, document, timeUnixNano, clock.millis()));
  }

  private void put(DocumentSource source, Write put) {
    try {
      write(put);
    } catch (IllegalArgumentException e) {
      // What the index refuses now it refuses for ever; its words may quote the value.
      source.refused("the index refused a document of this record");
    }
  }

  @Override
  public void commit(Map<TopicPartition, Long> next) {
    write(() -> partitions.commit(next));
  }

  @Override
  public Map<TopicPartition, Long> committed() {
    write(partitions::forgetUncommitted);
    return partitions.active().committed().offsets();
  }

  @Override
  public void refresh() {
    write(() -> partitions.active().refresh());
  }

  @Override
  public void deleteBefore(long storedMillis) {
    write(() -> partitions.dropBefore(storedMillis));
  }

  @Override
  public void shrinkTo(long bytes) {
    write(() -> partitions.shrinkTo(bytes));
  }

  /** Of those that are only read; for tests. */
  long openedPartitions() {
    return partitions.all().stream()
        .filter(each -> each instanceof SealedPartition sealed && sealed.isOpened())
        .count();
  }

  @Override
  public void close() {
    try {
      partitions.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the search index", e);
    }
  }

  private interface Write {
    void run() throws IOException;
  }

  private void write(Write write) {
    try {
      write.run();
    } catch (AlreadyClosedException e) {
      // A write failed before, of a merge in the background perhaps: that is what to tell.
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw unwritable(cause instanceof IOException failed ? failed : new IOException(cause));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private UncheckedIOException unwritable(IOException e) {
    return new UncheckedIOException(
        "cannot write the search index in "
            + path.toAbsolutePath()
            + ": "
            + e.getMessage()
            + "; nothing is lost, it goes on by itself when this is mended",
        e);
  }
}
