package io.sluice.sinks.search;

import java.util.Locale;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.QueryBuilder;
import org.jspecify.annotations.Nullable;

/** What people type ({@link LogTerm}) as Lucene's query. */
final class LogQueryParser {

  private static final Map<String, String> FIELDS =
      Map.of(
          "service", Fields.SERVICE,
          "trace", Fields.TRACE_ID,
          "trace_id", Fields.TRACE_ID,
          "span", Fields.SPAN_ID,
          "span_id", Fields.SPAN_ID);

  private final QueryBuilder text;

  LogQueryParser(Analyzer analyzer) {
    this.text = new QueryBuilder(analyzer);
  }

  /**
   * @throws InvalidQueryException when it cannot be understood
   */
  Query parse(String input) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    all.add(new MatchAllDocsQuery(), Occur.FILTER);
    for (LogTerm term : LogTerm.parse(input)) {
      Query query = query(term);
      if (query != null) {
        all.add(query, term.not() ? Occur.MUST_NOT : Occur.MUST);
      }
    }
    return all.build();
  }

  private @Nullable Query query(LogTerm term) {
    if (!term.field().isEmpty()) {
      return field(term);
    }
    if (term.prefix()) {
      return new PrefixQuery(new Term(Fields.BODY, term.text().toLowerCase(Locale.ROOT)));
    }
    // A word that the analyzer cuts (a host name, an id) must stand as it is cut.
    return text.createPhraseQuery(Fields.BODY, term.text());
  }

  private static Query field(LogTerm term) {
    if (term.field().equals("severity")) {
      return LongPoint.newRangeQuery(Fields.SEVERITY, Severities.atLeast(term.text()), 24);
    }
    String known = FIELDS.get(term.field());
    String field = known == null ? Fields.ATTRIBUTE : known;
    String wanted = known == null ? term.field() + "=" + term.text() : term.text();
    return term.prefix()
        ? new PrefixQuery(new Term(field, wanted))
        : new TermQuery(new Term(field, wanted));
  }
}
