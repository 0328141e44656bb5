package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.Detector.Anchor;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;

/**
 * The same rules run plainly: one after the other over the whole text, each with a regular
 * expression and then the rule's conditions.
 *
 * <ul>
 *   <li>A pattern is tried on the whole text: no keyword is looked for, no window cut.
 *   <li>For cards and numbers an expression finds the runs of digits and separators, of which the
 *       rule's check says what they are.
 *   <li>For keys, assignments, control characters, HTTP credentials, URLs and IBANs, whose notation
 *       is written in code, an expression of the rule's names finds where that code looks.
 * </ul>
 *
 * Not safe for use by several threads.
 */
public final class RulesInTurn {

  private static final String SEPARATORS = "[-_ ]*";

  /** What stands for a byte outside ASCII: a sign that no library takes for a letter. */
  private static final char OTHER = '\u00a4';

  /** Runs one rule over a text. */
  private interface InTurn {
    void find(byte[] buf, String text, EngineProbe.Sink sink);
  }

  private final RegexLibrary library;
  private final Placeholders placeholders;
  private final List<InTurn> rules = new ArrayList<>();
  private final BitSet leftOut = new BitSet();

  public RulesInTurn(RedactionRules definitions, RegexLibrary library) {
    this.library = library;
    List<RedactionRule> ordered = RuleOrder.of(definitions);
    placeholders = Placeholders.of(ordered.stream().map(Rule::new).toList());
    for (int i = 0; i < ordered.size(); i++) {
      RedactionRule rule = ordered.get(i);
      int number = i;
      switch (rule.detector()) {
        // Look at names, at whole fields, at single characters.
        case ALLOWED_KEYS, STATEMENT, CONTROL, LINE_BREAK -> leftOut.set(number);
        case PATTERN -> rules.add(pattern(rule, number));
        case CARD -> rules.add(cards(number));
        case NUMBER -> rules.add(numbers(rule, number));
        case KEYS, ASSIGNMENT, BEARER, URL_USERINFO, IBAN ->
            rules.add(anchored(Sanitizer.detector(rule, placeholders), number));
      }
    }
  }

  /** Whether the rule with this number is run here: one that looks into text for a secret. */
  public boolean runs(int rule) {
    return !leftOut.get(rule);
  }

  /** The rules that look into text for a secret. */
  static List<RedactionRule> forText(RedactionRules definitions) {
    return RuleOrder.of(definitions).stream()
        .filter(
            rule ->
                switch (rule.detector()) {
                  case ALLOWED_KEYS, STATEMENT, CONTROL, LINE_BREAK -> false;
                  default -> true;
                })
        .toList();
  }

  /** A text with a character for each byte, so that places are the same. */
  public static String text(byte[] buf, int from, int to) {
    char[] chars = new char[to - from];
    for (int i = 0; i < chars.length; i++) {
      byte b = buf[from + i];
      chars[i] = b < 0 ? OTHER : (char) b;
    }
    return new String(chars);
  }

  /**
   * Runs every rule.
   *
   * @param text {@link #text} of the bytes
   */
  public void find(byte[] buf, String text, EngineProbe.Sink sink) {
    for (InTurn rule : rules) {
      rule.find(buf, text, sink);
    }
  }

  private InTurn pattern(RedactionRule rule, int number) {
    RegexLibrary.Expression expression = library.compile(rule.pattern());
    Conditions conditions = new Conditions(rule.conditions(), placeholders);
    int group = expression.groups() == 0 ? 0 : 1;
    return (buf, text, sink) -> {
      expression.on(text);
      int next = 0;
      while (next <= text.length() && expression.find(next)) {
        int start = expression.start(group);
        int end = expression.end(group);
        boolean isSecret = start >= 0 && end > start;
        if (isSecret && conditions.hold(buf, 0, buf.length, start, end)) {
          sink.add(number, start, end);
        }
        int matchEnd = expression.end(0);
        next = PatternDetector.behind(expression.start(0), matchEnd, isSecret ? end : matchEnd);
      }
    };
  }

  private InTurn cards(int number) {
    RegexLibrary.Expression runs = library.compile("[0-9 -]{" + CardNumbers.MIN_DIGITS + ",}");
    return (buf, text, sink) -> {
      runs.on(text);
      while (runs.find()) {
        CardNumbers.findInRun(
            buf,
            0,
            buf.length,
            runs.start(0),
            runs.end(0),
            placeholders,
            (start, end) -> sink.add(number, start, end));
      }
    };
  }

  private InTurn numbers(RedactionRule rule, int number) {
    NumberShapes shapes = new NumberShapes.Builder().add(rule, number, placeholders).build();
    RegexLibrary.Expression runs = library.compile("[0-9 ./-]{" + shapes.shortest() + ",}");
    return (buf, text, sink) -> {
      runs.on(text);
      while (runs.find()) {
        shapes.findInRun(buf, 0, buf.length, runs.start(0), runs.end(0), true, sink::add);
      }
    };
  }

  private InTurn anchored(Detector detector, int number) {
    RegexLibrary.Expression starts = library.compile(startsOf(detector));
    return (buf, text, sink) -> {
      TreeSet<Integer> ends = new TreeSet<>();
      starts.on(text);
      int from = 0;
      while (from < text.length() && starts.find(from)) {
        for (Anchor anchor : detector.anchors()) {
          int end = endOf(anchor, buf, starts.start(0));
          if (end > 0) {
            ends.add(end);
          }
        }
        from = starts.start(0) + 1;
      }
      int seen = 0;
      for (int end : ends) {
        if (end > seen) {
          seen =
              detector.look(
                  buf, 0, buf.length, seen, end, (first, last) -> sink.add(number, first, last));
        }
      }
    };
  }

  /** An expression for the places where one of a detector's words begins. */
  private static String startsOf(Detector detector) {
    if (detector instanceof IbanDetector) {
      return "(?i)(?:" + String.join("|", Iban.countries()) + ")[0-9]";
    }
    if (detector instanceof ControlCharacters) {
      return "[\\x00-\\x1f\\x7f" + OTHER + "]";
    }
    if (detector instanceof LineBreaks) {
      return "[\\r\\n]";
    }
    StringBuilder expression = new StringBuilder("(?i)(?:");
    for (Anchor anchor : detector.anchors()) {
      int[] symbols = anchor.symbols();
      for (int i = 0; i < symbols.length; i++) {
        expression.append(i > 0 && anchor.loose() ? SEPARATORS : "");
        boolean letter = Ascii.isAlphanumeric((byte) symbols[i]);
        expression.append(letter ? "" : "\\").append((char) symbols[i]);
      }
      expression.append('|');
    }
    expression.setCharAt(expression.length() - 1, ')');
    return expression.toString();
  }

  /** Where a word ends that begins here, or 0. */
  private static int endOf(Anchor anchor, byte[] buf, int start) {
    int at = start;
    for (int symbol : anchor.symbols()) {
      while (at > start
          && anchor.loose()
          && at < buf.length
          && LiteralAutomaton.isSeparator(buf[at])) {
        at++;
      }
      if (at == buf.length || Ascii.lower(buf[at]) != symbol) {
        return 0;
      }
      at++;
    }
    return at;
  }
}
