package io.sluice.sinks.search;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.jspecify.annotations.Nullable;

/**
 * Whether a line is what a query asks for, as the index would say, without an index. One thread.
 */
public final class LogFilter {

  /** Any number of threads. */
  private static final Analyzer ANALYZER = new StandardAnalyzer();

  /** A line that several filters look at: its words are taken apart once. One thread. */
  public static final class Line {
    private final LogEntry entry;
    private @Nullable List<String> words;

    public Line(LogEntry entry) {
      this.entry = entry;
    }

    public LogEntry entry() {
      return entry;
    }

    private List<String> words() {
      List<String> known = words;
      if (known == null) {
        known = LogFilter.words(entry.body());
        words = known;
      }
      return known;
    }
  }

  private final LogQuery query;
  private final List<LogTerm> terms;

  /**
   * @param query its limit and cursor do not matter
   * @throws InvalidQueryException when its text cannot be understood
   */
  public LogFilter(LogQuery query) {
    this.query = query;
    this.terms = LogTerm.parse(query.text());
    for (LogTerm term : terms) {
      if (term.field().equals("severity")) {
        Severities.atLeast(term.text());
      }
    }
  }

  public boolean matches(LogEntry entry) {
    return matches(new Line(entry));
  }

  public boolean matches(Line line) {
    LogEntry entry = line.entry();
    return (query.service() == null || entry.service().equals(query.service()))
        && (query.traceId() == null || entry.traceId().equals(query.traceId()))
        && entry.severityNumber() >= query.minSeverity()
        && entry.timeUnixNano() >= query.fromUnixNano()
        && (entry.timeUnixNano() < query.toUnixNano() || query.toUnixNano() == Long.MAX_VALUE)
        && terms.stream().noneMatch(term -> has(line, term) == term.not());
  }

  private static boolean has(Line line, LogTerm term) {
    LogEntry entry = line.entry();
    return switch (term.field()) {
      case "" -> inBody(line.words(), term);
      case "severity" ->
          entry.severityNumber() >= Severities.atLeast(term.text()) && entry.severityNumber() <= 24;
      case "service" -> is(LogDocuments.term(entry.service()), term.text(), term);
      case "trace", "trace_id" -> is(entry.traceId(), term.text(), term);
      case "span", "span_id" -> is(entry.spanId(), term.text(), term);
      default -> inAttributes(entry.attributes(), term) || inAttributes(entry.resource(), term);
    };
  }

  private static boolean inAttributes(Map<String, String> attributes, LogTerm term) {
    String wanted = term.field() + "=" + term.text();
    return attributes.entrySet().stream()
        .anyMatch(
            pair -> is(LogDocuments.term(pair.getKey() + "=" + pair.getValue()), wanted, term));
  }

  private static boolean is(String text, String wanted, LogTerm term) {
    return term.prefix() ? text.startsWith(wanted) : text.equals(wanted);
  }

  private static boolean inBody(List<String> words, LogTerm term) {
    if (term.prefix()) {
      String wanted = term.text().toLowerCase(Locale.ROOT);
      return words.stream().anyMatch(word -> word.startsWith(wanted));
    }
    List<String> phrase = words(term.text());
    // Text without a word, a dash alone, asks for nothing.
    return phrase.isEmpty() ? !term.not() : Collections.indexOfSubList(words, phrase) >= 0;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    try (TokenStream tokens = ANALYZER.tokenStream(Fields.BODY, new StringReader(text))) {
      CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        words.add(word.toString());
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read from memory", e);
    }
    return words;
  }
}
