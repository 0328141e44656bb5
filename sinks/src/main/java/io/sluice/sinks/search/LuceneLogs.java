package io.sluice.sinks.search;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.jspecify.annotations.Nullable;

/** Queries of logs in the index. */
final class LuceneLogs {

  private final LuceneSearch search;
  private final LogQueryParser parser;
  private final QueryMemory.Share memory;
  private final long mostScanned;

  LuceneLogs(
      LuceneSearch search, LogQueryParser parser, QueryMemory.Share memory, long mostScanned) {
    this.search = search;
    this.parser = parser;
    this.memory = memory;
    this.mostScanned = mostScanned;
  }

  LogPage page(LogQuery query) {
    Query all = logsOf(query);
    FieldDoc after = LuceneSearch.place(query.cursor());
    return search.read(
        query.fromUnixNano(),
        upTo(query.toUnixNano(), after),
        searcher -> {
          TopDocs found =
              LuceneSearch.after(searcher, after, all, query.limit(), LuceneSearch.NEWEST_FIRST);
          List<LogEntry> entries = entries(searcher, found, LogLines.MAX_PAGE);
          boolean more = entries.size() == query.limit() || entries.size() < found.scoreDocs.length;
          String next = more ? LuceneSearch.cursor(found.scoreDocs[entries.size() - 1]) : null;
          return new LogPage(entries, found.totalHits.value, next);
        });
  }

  LogSummary summary(LogQuery query, int buckets) {
    Query all = logsOf(query);
    return search.read(
        query.fromUnixNano(),
        query.toUnixNano(),
        searcher -> {
          ScoreDoc[] newest = searcher.search(all, 1, LuceneSearch.NEWEST_FIRST).scoreDocs;
          ScoreDoc[] oldest = searcher.search(all, 1, LuceneSearch.OLDEST_FIRST).scoreDocs;
          if (newest.length == 0 || oldest.length == 0 || searcher.timedOut()) {
            return LogTally.NOTHING; // when stopped, between some ends that are not the ends
          }
          LogTally tally =
              new LogTally(
                  LuceneSearch.time(oldest[0]), LuceneSearch.time(newest[0]), buckets, mostScanned);
          return tally.of(searcher, all);
        });
  }

  Optional<LogContext> context(String id, LogQuery among, int lines) {
    Query all = logsOf(among);
    Query one = new TermQuery(new Term(Fields.ID, Fields.LOG + id));
    return search.read(
        searcher -> {
          ScoreDoc[] found = searcher.search(one, 1, LuceneSearch.NEWEST_FIRST).scoreDocs;
          if (found.length == 0) {
            return Optional.empty();
          }
          FieldDoc at = (FieldDoc) found[0];
          LogEntry entry = entry(searcher, at);
          TopDocs older = LuceneSearch.after(searcher, at, all, lines, LuceneSearch.NEWEST_FIRST);
          List<LogEntry> before = entries(searcher, older, LogLines.MAX_PAGE / 2);
          Collections.reverse(before);
          TopDocs newer = LuceneSearch.after(searcher, at, all, lines, LuceneSearch.OLDEST_FIRST);
          List<LogEntry> later = entries(searcher, newer, LogLines.MAX_PAGE / 2);
          return Optional.of(new LogContext(before, entry, later));
        });
  }

  long count() {
    return search.read(searcher -> (long) searcher.count(LuceneSearch.of(Fields.LOG).build()));
  }

  private Query logsOf(LogQuery query) {
    BooleanQuery.Builder all = LuceneSearch.of(Fields.LOG);
    all.add(parser.parse(query.text()), Occur.FILTER);
    LuceneSearch.addTerm(all, Fields.SERVICE, query.service());
    LuceneSearch.addTerm(all, Fields.TRACE_ID, query.traceId());
    if (query.minSeverity() > 0) {
      all.add(
          LongPoint.newRangeQuery(Fields.SEVERITY, query.minSeverity(), Integer.MAX_VALUE),
          Occur.FILTER);
    }
    LuceneSearch.addTimes(all, query.fromUnixNano(), query.toUnixNano());
    return all.build();
  }

  /** What comes after a place among the newest first is no later. */
  private static long upTo(long toUnixNano, @Nullable FieldDoc after) {
    return after == null || LuceneSearch.time(after) == Long.MAX_VALUE
        ? toUnixNano
        : Math.min(toUnixNano, LuceneSearch.time(after) + 1);
  }

  /** As many as there is room for, and the first. */
  private List<LogEntry> entries(IndexSearcher searcher, TopDocs found, long mostLength)
      throws IOException {
    LogLines lines = new LogLines(mostLength, memory);
    for (ScoreDoc doc : found.scoreDocs) {
      if (!lines.add(entry(searcher, doc))) {
        break;
      }
    }
    return lines.entries();
  }

  private static LogEntry entry(IndexSearcher searcher, ScoreDoc doc) throws IOException {
    Document document = searcher.storedFields().document(doc.doc);
    return LogDocuments.entry(document);
  }
}
