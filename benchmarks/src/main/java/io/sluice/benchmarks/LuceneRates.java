package io.sluice.benchmarks;

import io.sluice.sinks.search.LuceneStore;
import io.sluice.sinks.search.SearchStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;

/** The search sink into its Lucene store, beside a loop that adds ready documents to an index. */
final class LuceneRates {

  private static final double BUFFER_MIB = 32; // the store's own

  /** Half a minute: the sink is far more code than the loop, and the compiler takes its part. */
  private static final int WARM_UP = 10;

  private final Bench bench;
  private int directories;

  LuceneRates(Bench bench) {
    this.bench = bench;
  }

  /**
   * Measures and prints.
   *
   * @param documents what the store makes of the load
   */
  BesideLoop measure(
      PrintStream out, String what, SearchLoad load, List<Document> documents, int rounds)
      throws Exception {
    BesideLoop beside = new BesideLoop("documents", documents.size());
    beside.measure(WARM_UP, rounds, () -> loop(documents), () -> sink(load, documents.size()));
    beside.print(out, what);
    return beside;
  }

  private Spent loop(List<Document> documents) throws Exception {
    IndexWriterConfig config = new IndexWriterConfig(new StandardAnalyzer());
    config.setRAMBufferSizeMB(BUFFER_MIB);
    try (FSDirectory directory = FSDirectory.open(directory());
        IndexWriter writer = new IndexWriter(directory, config)) {
      Spent begin = Spent.begin();
      for (Document document : documents) {
        writer.addDocument(document);
      }
      writer.commit();
      return begin.untilNow();
    }
  }

  private Spent sink(SearchLoad load, long documents) throws Exception {
    try (SearchStore store = LuceneStore.open(directory())) {
      Spent spent = load.spent(store);
      store.refresh();
      long found = store.logCount() + store.traceCount();
      if (found != documents) {
        throw new IllegalStateException(found + " documents are there, not " + documents);
      }
      return spent;
    }
  }

  private Path directory() throws Exception {
    return bench.directory("lucene-" + directories++);
  }
}
