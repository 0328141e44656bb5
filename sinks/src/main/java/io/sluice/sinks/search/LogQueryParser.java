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

/**
 * Reads what people type: words and {@code "phrases"} in the body, {@code field:value}, {@code -}
 * for not, {@code *} at the end for a prefix. All terms must hold. Anything else that Lucene's own
 * syntax could do (ranges, regular expressions, boosts) is text here: the input is not trusted.
 */
final class LogQueryParser {

  private static final int MAX_TERMS = 32;
  private static final int MAX_LENGTH = 2000;

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
   * @throws InvalidQueryException when it is too long, or a quote is left open
   */
  Query parse(String input) {
    if (input.length() > MAX_LENGTH) {
      throw new InvalidQueryException("q: expected at most " + MAX_LENGTH + " characters");
    }
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    all.add(new MatchAllDocsQuery(), Occur.FILTER);
    int terms = 0;
    int at = 0;
    while (at < input.length()) {
      if (Character.isWhitespace(input.charAt(at))) {
        at++;
        continue;
      }
      if (++terms > MAX_TERMS) {
        throw new InvalidQueryException("q: expected at most " + MAX_TERMS + " terms");
      }
      boolean not = input.charAt(at) == '-' && at + 1 < input.length();
      int start = not ? at + 1 : at;
      int end = endOfTerm(input, start);
      Query query = term(input.substring(start, end));
      if (query != null) {
        all.add(query, not ? Occur.MUST_NOT : Occur.MUST);
      }
      at = end;
    }
    return all.build();
  }

  private static int endOfTerm(String input, int start) {
    boolean quoted = false;
    for (int i = start; i < input.length(); i++) {
      char c = input.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (Character.isWhitespace(c) && !quoted) {
        return i;
      }
    }
    if (quoted) {
      throw new InvalidQueryException("q: a quote is left open; expected a closing \"");
    }
    return input.length();
  }

  private @Nullable Query term(String term) {
    int colon = term.startsWith("\"") ? -1 : term.indexOf(':');
    if (colon > 0 && colon < term.length() - 1) {
      return field(term.substring(0, colon), unquoted(term.substring(colon + 1)));
    }
    if (term.startsWith("\"")) {
      return text.createPhraseQuery(Fields.BODY, unquoted(term));
    }
    if (term.endsWith("*") && term.length() > 1) {
      String prefix = term.substring(0, term.length() - 1).toLowerCase(Locale.ROOT);
      return new PrefixQuery(new Term(Fields.BODY, prefix));
    }
    // A word that the analyzer cuts (a host name, an id) must stand as it is cut.
    return text.createPhraseQuery(Fields.BODY, term);
  }

  private static Query field(String name, String value) {
    if (name.equals("severity")) {
      return LongPoint.newRangeQuery(Fields.SEVERITY, Severities.atLeast(value), 24);
    }
    String known = FIELDS.get(name);
    String field = known == null ? Fields.ATTRIBUTE : known;
    String wanted = known == null ? name + "=" + value : value;
    if (wanted.endsWith("*")) {
      return new PrefixQuery(new Term(field, wanted.substring(0, wanted.length() - 1)));
    }
    return new TermQuery(new Term(field, wanted));
  }

  private static String unquoted(String text) {
    return text.replace("\"", "");
  }
}
