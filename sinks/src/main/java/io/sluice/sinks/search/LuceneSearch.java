package io.sluice.sinks.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
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
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * One query of the index at a time: of its newest refresh, and of the partitions that its times
 * touch.
 */
final class LuceneSearch {

  static final Sort NEWEST_FIRST =
      new Sort(
          new SortField(Fields.TIME, SortField.Type.LONG, true),
          new SortField(Fields.ID, SortField.Type.STRING));

  static final Sort OLDEST_FIRST =
      new Sort(
          new SortField(Fields.TIME, SortField.Type.LONG),
          new SortField(Fields.ID, SortField.Type.STRING, true));

  /** Whatever names senders invent, an answer has no more. */
  private static final int MAX_NAMES = 10_000;

  /**
   * What reads the index.
   *
   * @param <T> the answer
   */
  interface Read<T> {
    T from(IndexSearcher searcher) throws IOException;
  }

  private final LucenePartitions partitions;
  private final BooleanSupplier stopped;
  private final QueryMemory.Share memory;

  LuceneSearch(LucenePartitions partitions, BooleanSupplier stopped, QueryMemory.Share memory) {
    this.partitions = partitions;
    this.stopped = stopped;
    this.memory = memory;
  }

  <T> T read(Read<T> read) {
    return read(Long.MIN_VALUE, Long.MAX_VALUE, read);
  }

  /** Of the partitions that may have something of these times. */
  <T> T read(long fromUnixNano, long toUnixNano, Read<T> read) {
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

  /** The terms of a field that begin so, without their beginning, sorted. */
  List<String> terms(String field, String prefix) {
    return read(
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

  static boolean startsWith(BytesRef term, String prefix) {
    BytesRef wanted = new BytesRef(prefix);
    return term.length >= wanted.length
        && new BytesRef(term.bytes, term.offset, wanted.length).bytesEquals(wanted);
  }

  /** All documents of a kind. */
  static BooleanQuery.Builder of(String kind) {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    addTerm(query, Fields.KIND, kind);
    return query;
  }

  static void addTerm(BooleanQuery.Builder query, String field, @Nullable String value) {
    if (value != null) {
      query.add(new TermQuery(new Term(field, LogDocuments.term(value))), Occur.FILTER);
    }
  }

  static void addTimes(BooleanQuery.Builder query, long from, long to) {
    if (from != Long.MIN_VALUE || to != Long.MAX_VALUE) {
      long last = to == Long.MAX_VALUE ? to : to - 1;
      query.add(LongPoint.newRangeQuery(Fields.TIME, from, last), Occur.FILTER);
    }
  }

  /** The next ones of a list; the first where there is no place. */
  static TopDocs after(
      IndexSearcher searcher, @Nullable FieldDoc after, Query query, int most, Sort sort)
      throws IOException {
    if (after != null) {
      // Time and id place a document exactly; the number only has to be one that exists.
      after.doc = Math.max(0, searcher.getIndexReader().maxDoc() - 1);
    }
    return searcher.searchAfter(after, query, most, sort);
  }

  static long time(ScoreDoc doc) {
    return (Long) ((FieldDoc) doc).fields[0];
  }

  static BytesRef id(FieldDoc doc) {
    return (BytesRef) doc.fields[1];
  }

  static String cursor(ScoreDoc last) {
    return new PageCursor(time(last), id((FieldDoc) last).utf8ToString()).text();
  }

  static @Nullable FieldDoc place(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    PageCursor page = PageCursor.parse(cursor);
    return new FieldDoc(0, 0, new Object[] {page.timeUnixNano(), new BytesRef(page.id())});
  }
}
