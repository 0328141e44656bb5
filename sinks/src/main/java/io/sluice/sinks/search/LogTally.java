package io.sluice.sinks.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;

/** Counts lines by time, severity and service. For one search. */
final class LogTally {

  static final LogSummary NOTHING = new LogSummary(0, 0, List.of(), Map.of(), Map.of());

  /** Steps that people count in, in seconds. */
  private static final long[] STEPS = {
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400
  };

  private final long step;
  private final long first;
  private final long mostScanned;
  private final long[][] buckets;
  private final Map<String, Long> services = new HashMap<>();
  private long total;

  LogTally(long oldest, long newest, int most, long mostScanned) {
    this.step = step(oldest, newest, most);
    this.first = Math.floorDiv(oldest, step);
    this.mostScanned = mostScanned;
    this.buckets = new long[(int) (Math.floorDiv(newest, step) - first) + 1][];
  }

  /** The shortest step of which no more than so many are needed. */
  static long step(long oldest, long newest, int most) {
    for (long seconds : STEPS) {
      long step = TimeUnit.SECONDS.toNanos(seconds);
      if (Math.floorDiv(newest, step) - Math.floorDiv(oldest, step) < most) {
        return step;
      }
    }
    // Years: whole days, however many. Lines of the year 1970 and of today may lie side by side.
    long day = TimeUnit.DAYS.toNanos(1);
    long days = Math.floorDiv(newest, day) - Math.floorDiv(oldest, day) + 1;
    long step = day * (days / Math.max(1, most - 1) + 1);
    return Math.floorDiv(newest, step) - Math.floorDiv(oldest, step) < most
        ? step
        : Math.max(step, Math.abs(newest) / 2 + Math.abs(oldest) / 2 + 1);
  }

  LogSummary of(IndexSearcher searcher, Query query) throws IOException {
    return searcher.search(
        query,
        new CollectorManager<Counting, LogSummary>() {
          @Override
          public Counting newCollector() {
            return new Counting();
          }

          @Override
          public LogSummary reduce(Collection<Counting> collectors) {
            collectors.forEach(Counting::addServices);
            return summary();
          }
        });
  }

  private LogSummary summary() {
    List<LogSummary.Bucket> shown = new ArrayList<>();
    long[] all = new long[Severities.NAMES.size()];
    for (int i = 0; i < buckets.length; i++) {
      long[] counts = buckets[i];
      shown.add(new LogSummary.Bucket((first + i) * step, counts == null ? Map.of() : of(counts)));
      for (int j = 0; counts != null && j < all.length; j++) {
        all[j] += counts[j];
      }
    }
    Map<String, Long> most = new LinkedHashMap<>();
    services.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(LogSummary.MAX_SERVICES)
        .forEach(entry -> most.put(entry.getKey(), entry.getValue()));
    return new LogSummary(total, step, shown, of(all), most);
  }

  static Map<String, Long> of(long[] counts) {
    Map<String, Long> named = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        named.put(Severities.NAMES.get(i), counts[i]);
      }
    }
    return named;
  }

  private final class Counting extends SimpleCollector {

    private NumericDocValues times = DocValues.emptyNumeric();
    private NumericDocValues severities = DocValues.emptyNumeric();
    private SortedDocValues names = DocValues.emptySorted();
    private long[] byName = {};

    @Override
    protected void doSetNextReader(LeafReaderContext context) throws IOException {
      addServices();
      times = DocValues.getNumeric(context.reader(), Fields.TIME);
      severities = DocValues.getNumeric(context.reader(), Fields.SEVERITY_VALUE);
      names = DocValues.getSorted(context.reader(), Fields.SERVICE_VALUE);
      byName = new long[names.getValueCount()];
    }

    @Override
    public void collect(int doc) throws IOException {
      if (++total > mostScanned) {
        throw new TooMuchToScanException("lines", mostScanned);
      }
      if (times.advanceExact(doc)) {
        int bucket = (int) (Math.floorDiv(times.longValue(), step) - first);
        if (buckets[bucket] == null) {
          buckets[bucket] = new long[Severities.NAMES.size()];
        }
        int severity = severities.advanceExact(doc) ? (int) severities.longValue() : 0;
        buckets[bucket][Severities.NAMES.indexOf(Severities.name(severity))]++;
      }
      if (names.advanceExact(doc)) {
        byName[names.ordValue()]++;
      }
    }

    void addServices() {
      for (int i = 0; i < byName.length; i++) {
        if (byName[i] > 0) {
          try {
            services.merge(names.lookupOrd(i).utf8ToString(), byName[i], Long::sum);
          } catch (IOException e) {
            throw new UncheckedIOException("cannot read the search index", e);
          }
        }
      }
      byName = new long[0];
    }

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.COMPLETE_NO_SCORES;
    }
  }
}
