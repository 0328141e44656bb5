package io.sluice.processors.sanitize.statements;

import io.sluice.processors.sanitize.statements.SqlSyntax.Feature;
import org.jspecify.annotations.Nullable;

/**
 * Reads a statement in some dialect of SQL, token by token: a literal becomes {@code ?}, a comment
 * goes, the rest stays. What it knows of the tokens before is the same whether a literal stood
 * there or its {@code ?}. Reusable; not thread-safe.
 */
final class SqlReader {

  private static final String PLACEHOLDER = "?";

  /** A name that is longer is none: the quotes were read wrongly. */
  private static final int MAX_NAME = 256;

  private static final int NONE = -1;

  /** What a word says about what follows it. */
  private enum Role {
    /** A sign belongs to the number behind it. */
    BEFORE_VALUE,
    /** Also, what is in double quotes is no name. */
    BEFORE_STRING,
    IN,
    VALUES,
    IDENTIFIED,
    BY,
    REPLACE,
    /** Nothing. */
    NAME
  }

  private static final Words<Role> WORDS =
      new Words<Role>()
          .put(Role.BEFORE_VALUE, "select where and or not when return limit offset set case on")
          .put(Role.BEFORE_VALUE, "default is having top fetch first next distinct all skip with")
          .put(Role.BEFORE_VALUE, "returning div mod if as union except using from interval")
          .put(Role.BEFORE_STRING, "like ilike rlike regexp glob match escape between then else")
          .put(Role.IN, "in")
          .put(Role.VALUES, "values")
          .put(Role.IDENTIFIED, "identified")
          .put(Role.BY, "by")
          .put(Role.REPLACE, "replace");

  private final SqlLiterals literals = new SqlLiterals();
  private Text in = new Text();
  private SqlSyntax syntax = SqlSyntax.UNKNOWN;
  private Output out = new Output(true);

  // The token before: a word with its role, another operand, or an operator with its last byte.
  private @Nullable Role word;
  private boolean operand;
  private int operator;

  /** The brackets that are open. */
  private int depth;

  /** How many of them are around the rows of values in which the statement stands, or NONE. */
  private int rows;

  /** What follows {@code IDENTIFIED BY} is a password, also when it looks like a name. */
  private boolean passwordNext;

  private boolean afterPassword;

  void read(Text text, SqlSyntax dialect, Output output) {
    in = text;
    syntax = dialect;
    out = output;
    depth = 0;
    rows = NONE;
    afterOperator(Text.END);
    literals.over(text, dialect);
    int i = text.from();
    while (i < text.to() && i != Text.END && !out.isDecided()) {
      i = token(i);
    }
  }

  // Each method below handles what begins at a place and gives the place behind it, or END to leave
  // out all that follows.

  private int token(int i) {
    int c = in.at(i);
    if (Text.isSpace(c)) {
      int end = in.skipSpace(i);
      out.space(in, i, end);
      return end;
    }
    if (Text.isLetter(c)) {
      return literals.isUuid(i) ? literal(i + SqlLiterals.UUID_LENGTH) : word(i);
    }
    return switch (c) {
      case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(i);
      case '\'' -> string(i);
      case '"' -> doubleQuoted(i);
      case '`' -> syntax.has(Feature.BACKTICKS) ? name(i) : operator(i, i + 1);
      case '[' -> syntax.has(Feature.BRACKETS) ? bracketedName(i) : open(i);
      case '(', '{' -> open(i);
      case ')', ']', '}' -> close(i);
      case ',' -> comma(i);
      case '$' -> dollar(i);
      case '?' -> question(i);
      case ':' -> colon(i);
      case '.' -> literals.isFraction(i) && !isOperand() ? number(i) : operator(i, i + 1);
      case '+' -> sign(i);
      case '-', '/', '#' -> {
        int end = literals.endOfComment(i);
        yield end != i ? comment(end) : c == '-' ? sign(i) : operator(i, i + 1);
      }
      default -> operator(i, i + 1);
    };
  }

  private int literal(int end) {
    out.literal(PLACEHOLDER);
    afterOperand();
    return end;
  }

  private int number(int i) {
    return literal(literals.isUuid(i) ? i + SqlLiterals.UUID_LENGTH : literals.endOfNumber(i));
  }

  private int string(int i) {
    // Perhaps the apostrophe of a text that is no statement.
    boolean inWord = syntax.has(Feature.UNCERTAIN) && Text.isWord(in.at(i - 1));
    return literal(inWord ? Text.END : literals.endOfString(i));
  }

  private int comment(int end) {
    if (end == Text.END) {
      return literal(end);
    }
    out.comment();
    int next = in.skipSpace(end);
    if (next >= in.to()) {
      out.trimEnd();
    }
    return next;
  }

  private int doubleQuoted(int i) {
    if (syntax.has(Feature.DOUBLE_QUOTED_STRINGS)) {
      return string(i);
    }
    if (syntax.has(Feature.PERHAPS_DOUBLE_QUOTED_STRINGS) && isValueNext()) {
      int end = in.endOfString(i, false);
      return in.at(end) == '.' ? name(i) : literal(end);
    }
    return name(i);
  }

  /** Whether what stands here is compared or stored, rather than named. */
  private boolean isValueNext() {
    if (out.inList() || (rows != NONE && depth > rows)) {
      return true;
    }
    return word == null
        ? !operand && "=<>!|+-*/%".indexOf(operator) >= 0
        : word == Role.BEFORE_STRING;
  }

  private int name(int i) {
    int end = in.endOfString(i, false);
    if (passwordNext) {
      return password(end);
    }
    if (end == Text.END || literals.hasEscapedQuote(i, end)) {
      return literal(Text.END);
    }
    if (syntax.has(Feature.UNCERTAIN) && in.hasQuote(i, end)) {
      return literal(Text.END);
    }
    return end - i > MAX_NAME ? literal(end) : kept(i, end);
  }

  private int bracketedName(int i) {
    int end = i + 1;
    while (in.at(end) != ']' || in.at(end + 1) == ']') {
      if (in.at(end) == Text.END) {
        return literal(Text.END);
      }
      end += in.at(end) == ']' ? 2 : 1;
    }
    return end - i < MAX_NAME ? kept(i, end + 1) : literal(end + 1);
  }

  private int kept(int from, int to) {
    out.token(in, from, to);
    afterOperand();
    return to;
  }

  private int open(int i) {
    int c = in.at(i);
    out.open(c, c != '(' || word == Role.IN);
    depth++;
    afterOperator(c);
    return i + 1;
  }

  private int close(int i) {
    out.close(in.at(i));
    depth = Math.max(0, depth - 1);
    afterOperand();
    return i + 1;
  }

  private int comma(int i) {
    out.comma();
    afterOperator(',');
    return i + 1;
  }

  private int operator(int from, int to) {
    out.token(in, from, to);
    afterOperator(in.at(to - 1));
    return to;
  }

  private int dollar(int i) {
    if (Text.isDigit(in.at(i + 1))) {
      int end = syntax.has(Feature.MONEY) ? Text.END : literals.endOfPosition(i);
      return end == Text.END ? literal(literals.endOfNumber(i + 1)) : kept(i, end);
    }
    int body = literals.endOfDollarTag(i);
    return body == Text.END ? word(i) : literal(literals.endOfDollarQuoted(i, body));
  }

  private int question(int i) {
    int end = literals.endOfPosition(i);
    if (end != Text.END) {
      return kept(i, end);
    }
    out.placeholder(PLACEHOLDER);
    afterOperand();
    return i + 1;
  }

  private int colon(int i) {
    if (in.at(i + 1) == ':') {
      return operator(i, i + 2);
    }
    // Behind a number this is a range or a time, as in a[1:2].
    int end = isOperand() ? Text.END : literals.endOfPosition(i);
    return end == Text.END ? operator(i, i + 1) : kept(i, end);
  }

  private int sign(int i) {
    int number = in.skipSpace(i + 1);
    boolean ofNumber = Text.isDigit(in.at(number)) || literals.isFraction(number);
    return ofNumber && !isOperand() ? number(number) : operator(i, i + 1);
  }

  private int word(int i) {
    int end = in.skipWord(i + 1);
    int endOfString = literals.endOfPrefixed(i, end);
    if (endOfString != i) {
      return literal(endOfString);
    }
    Role known = WORDS.get(in, i, end);
    if (passwordNext && known != Role.VALUES) {
      return password(end);
    }
    out.token(in, i, end);
    boolean password =
        (word == Role.IDENTIFIED && known == Role.BY) || (afterPassword && known == Role.REPLACE);
    if (depth <= rows) {
      rows = NONE;
    }
    afterOperand();
    word = known == null ? Role.NAME : known;
    passwordNext = password;
    if (known == Role.VALUES) {
      rows = depth;
    }
    return end;
  }

  private int password(int end) {
    literal(end);
    afterPassword = true;
    return end;
  }

  private boolean isOperand() {
    return operand && (word == null || word == Role.NAME);
  }

  private void afterOperand() {
    operand = true;
    word = null;
    passwordNext = false;
    afterPassword = false;
  }

  private void afterOperator(int b) {
    afterOperand();
    operand = false;
    operator = b;
  }
}
