package io.sluice.processors.sanitize.statements;

import io.sluice.processors.sanitize.statements.SqlSyntax.Feature;
import java.util.Set;

/** Reads a statement in some dialect of SQL, token by token. Reusable; not thread-safe. */
final class SqlScrubber {

  /** A name that is longer is none: the quotes were read wrongly. */
  private static final int MAX_NAME = 256;

  /** After these a sign belongs to the number behind it. */
  private static final Set<String> BEFORE_VALUES =
      Set.of(
          "select",
          "where",
          "and",
          "or",
          "not",
          "when",
          "then",
          "else",
          "return",
          "between",
          "limit",
          "offset",
          "values",
          "in",
          "by",
          "set",
          "case",
          "on",
          "interval",
          "default",
          "like",
          "is",
          "having",
          "top",
          "fetch",
          "first",
          "next",
          "distinct",
          "all",
          "skip",
          "with",
          "returning",
          "div",
          "mod",
          "if",
          "as",
          "union",
          "except",
          "ilike",
          "rlike",
          "regexp",
          "glob",
          "match",
          "escape",
          "using",
          "from");

  private final SqlLiterals literals = new SqlLiterals();
  private Text in = new Text();
  private SqlSyntax syntax = SqlSyntax.UNKNOWN;
  private Output out = new Output();

  /** Whether the last token is a value or name: behind it a sign is an operator. */
  private boolean operand;

  private int lastByte;
  private int wordStart;
  private int wordEnd;
  private boolean wordIsLast;

  /** What follows {@code IDENTIFIED BY} is a password, also when it looks like a name. */
  private boolean credentialNext;

  private boolean credentialIsLast;

  void scrub(Text text, SqlSyntax dialect, Output output) {
    in = text;
    syntax = dialect;
    out = output;
    operand = false;
    lastByte = Text.END;
    wordStart = text.from();
    wordEnd = text.from();
    wordIsLast = false;
    credentialNext = false;
    credentialIsLast = false;
    literals.over(text, dialect);
    int i = text.from();
    while (i < text.to() && i != Text.END) {
      i = token(i);
    }
  }

  /** Handles what begins here; gives the place behind it, or END to leave out all that follows. */
  private int token(int i) {
    int c = in.at(i);
    if (Text.isSpace(c)) {
      int end = in.skipSpace(i);
      out.space(in, i, end);
      return end;
    }
    int comment = literals.endOfComment(i);
    if (comment != i) {
      return comment == Text.END ? literal(Text.END) : comment(comment);
    }
    if (literals.isUuid(i)) {
      return literal(i + SqlLiterals.UUID_LENGTH);
    }
    if (Text.isDigit(c) || (c == '.' && Text.isDigit(in.at(i + 1)) && !isOperand())) {
      return literal(literals.endOfNumber(i));
    }
    return switch (c) {
      case '\'' -> literal(literals.endOfString(i));
      case '"' -> doubleQuoted(i);
      case '`' -> syntax.has(Feature.BACKTICKS) ? name(i) : operator(i, i + 1);
      case '[' -> syntax.has(Feature.BRACKETS) ? bracketedName(i) : open(i);
      case '(', '{' -> open(i);
      case ')', ']', '}' -> close(i);
      case ',' -> comma(i);
      case '$' -> dollar(i);
      case '?' -> question(i);
      case ':' -> colon(i);
      case '-', '+' -> sign(i);
      default -> Text.isLetter(c) || c == '@' ? word(i) : operator(i, i + 1);
    };
  }

  private int literal(int end) {
    out.literal();
    operand(Text.END);
    return end;
  }

  private int comment(int end) {
    int next = out.endsInSpace() ? in.skipSpace(end) : end;
    if (next >= in.to()) {
      out.trimEnd();
    } else if (!out.endsInSpace() && !Text.isSpace(in.at(next))) {
      out.gap();
    }
    return next;
  }

  private int doubleQuoted(int i) {
    boolean string = syntax.has(Feature.DOUBLE_QUOTED_STRINGS);
    if (syntax.has(Feature.PERHAPS_DOUBLE_QUOTED_STRINGS)) {
      int end = in.endOfString(i, false);
      string = end == Text.END || (isValueNext() && in.at(end) != '.');
    }
    return string ? literal(literals.endOfString(i)) : name(i);
  }

  /** Whether what stands here is compared or stored, rather than named. */
  private boolean isValueNext() {
    if (out.inFoldingList()) {
      return true;
    }
    if (wordIsLast) {
      return wordIs("like")
          || wordIs("glob")
          || wordIs("match")
          || wordIs("regexp")
          || wordIs("then")
          || wordIs("else")
          || wordIs("between")
          || wordIs("values")
          || wordIs("escape");
    }
    return "=<>!|+-*/%".indexOf(lastByte) >= 0;
  }

  private int name(int i) {
    int end = in.endOfString(i, false);
    boolean certain = end != Text.END && end - i <= MAX_NAME && !credentialNext;
    if (certain && syntax == SqlSyntax.UNKNOWN && literals.hasQuote(i + 1, end - 1)) {
      end = Text.END;
    }
    if (certain && end != Text.END) {
      return named(i, end);
    }
    boolean credential = credentialNext;
    literal(end);
    credentialIsLast = credential;
    return end;
  }

  private int bracketedName(int i) {
    int end = i + 1;
    while (in.at(end) != ']' || in.at(end + 1) == ']') {
      if (in.at(end) == Text.END) {
        return literal(Text.END);
      }
      end += in.at(end) == ']' ? 2 : 1;
    }
    return end + 1 - i <= MAX_NAME ? named(i, end + 1) : literal(end + 1);
  }

  private int named(int from, int to) {
    out.token(in, from, to);
    operand(Text.END);
    return to;
  }

  private int open(int i) {
    int c = in.at(i);
    boolean list = c != '(' || out.atFoldedElement() || (wordIsLast && wordIs("in"));
    out.open(c, list);
    operator(c);
    return i + 1;
  }

  private int close(int i) {
    out.close(in.at(i));
    operand(in.at(i));
    return i + 1;
  }

  private int comma(int i) {
    out.comma();
    operator(',');
    return i + 1;
  }

  private int operator(int from, int to) {
    out.token(in, from, to);
    operator(in.at(to - 1));
    return to;
  }

  private int dollar(int i) {
    if (Text.isDigit(in.at(i + 1))) {
      int end = literals.endOfPlaceholder(i);
      return syntax.has(Feature.MONEY) || end == Text.END
          ? literal(literals.endOfNumber(i + 1))
          : named(i, end);
    }
    if (syntax.has(Feature.DOLLAR_QUOTES)) {
      int body = literals.endOfDollarTag(i);
      if (body != Text.END) {
        return literal(literals.endOfDollarQuoted(i, body));
      }
    }
    return word(i);
  }

  private int question(int i) {
    int end = in.skipDigits(i + 1);
    if (end > i + 1 && literals.endOfPlaceholder(i) == end) {
      return named(i, end);
    }
    out.literal();
    operand(Text.END);
    return i + 1;
  }

  private int colon(int i) {
    int next = in.at(i + 1);
    if (next == ':') {
      return operator(i, i + 2);
    }
    // With a number before it this is a range or a time, as in a[1:2].
    int end = Text.isDigit(next) && !isOperand() ? literals.endOfPlaceholder(i) : Text.END;
    return end == Text.END ? operator(i, i + 1) : named(i, end);
  }

  private int sign(int i) {
    int number = in.skipSpace(i + 1);
    boolean ofNumber =
        Text.isDigit(in.at(number)) || (in.at(number) == '.' && Text.isDigit(in.at(number + 1)));
    return ofNumber && !literals.isUuid(number) && !isOperand() ? number : operator(i, i + 1);
  }

  private int word(int i) {
    int end = in.skipWord(i + 1);
    int quoted = literals.endOfPrefixed(i, end);
    if (quoted != i) {
      return literal(quoted);
    }
    if (credentialNext && !in.isWord(i, end, "values")) {
      literal(end);
      credentialIsLast = true;
      return end;
    }
    boolean apostrophe = in.at(end) == '\'' && syntax == SqlSyntax.UNKNOWN;
    boolean identified = wordIsLast && wordIs("identified");
    boolean replaced = credentialIsLast;
    out.token(in, i, end);
    wordStart = i;
    wordEnd = end;
    wordIsLast = true;
    operand = true;
    credentialNext = (identified && wordIs("by")) || (replaced && wordIs("replace"));
    credentialIsLast = false;
    if (wordIs("values") || wordIs("value")) {
      out.openRows();
    }
    return apostrophe && !isBeforeValue() ? literal(Text.END) : end;
  }

  private boolean wordIs(String lowerCase) {
    return in.isWord(wordStart, wordEnd, lowerCase);
  }

  private boolean isBeforeValue() {
    return BEFORE_VALUES.contains(in.lowerCase(wordStart, wordEnd, 16));
  }

  private boolean isOperand() {
    return operand && !(wordIsLast && isBeforeValue());
  }

  private void operand(int b) {
    operand = true;
    lastByte = b;
    wordIsLast = false;
    credentialNext = false;
    credentialIsLast = false;
  }

  private void operator(int b) {
    operand = false;
    lastByte = b;
    wordIsLast = false;
  }
}
