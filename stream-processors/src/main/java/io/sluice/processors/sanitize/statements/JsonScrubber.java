package io.sluice.processors.sanitize.statements;

import java.util.Set;

/**
 * Reads JSON and what looks like it: extended JSON, the notation of MongoDB's shell, the text of a
 * Java {@code Document}. Keys and names of functions stay, values become {@code ?}. Reusable; not
 * thread-safe.
 */
final class JsonScrubber {

  private static final int MAX_DEPTH = 64;

  /** A longer key is perhaps data. */
  private static final int MAX_KEY = 256;

  private static final int MAX_COLLECTION = 120;
  private static final int LONGEST_WORD = 16;

  /** Commands of MongoDB whose value is the name of a collection. */
  private static final Set<String> COMMANDS =
      Set.of(
          "find",
          "aggregate",
          "insert",
          "update",
          "delete",
          "count",
          "distinct",
          "findandmodify",
          "mapreduce",
          "create",
          "drop",
          "createindexes",
          "dropindexes");

  private static final Set<String> CONSTANTS =
      Set.of("true", "false", "null", "undefined", "nan", "infinity", "new");

  /** Names before a bracket: constructors of the shell and of Java. */
  private static final Set<String> CONSTRUCTORS =
      Set.of(
          "objectid",
          "isodate",
          "date",
          "numberlong",
          "numberint",
          "numberdecimal",
          "timestamp",
          "bindata",
          "uuid",
          "hexdata",
          "regexp",
          "minkey",
          "maxkey",
          "document",
          "bsondocument",
          "code",
          "dbref",
          "decimal128",
          "long",
          "int32",
          "double");

  private final int[] open = new int[MAX_DEPTH + 1];
  private Text in = new Text();
  private Output out = new Output();
  private int depth;
  private boolean keyNext;
  private boolean opened;
  private boolean mongo;
  private boolean collectionNext;
  private boolean firstKey;

  /** Whether a value's place is taken: what else stands there belongs to it and goes. */
  private boolean filled;

  void scrub(Text text, boolean isMongo, Output output) {
    in = text;
    out = output;
    mongo = isMongo;
    depth = 0;
    open[0] = Text.END;
    keyNext = false;
    opened = false;
    collectionNext = false;
    firstKey = true;
    filled = false;
    int i = text.from();
    while (i < text.to() && i != Text.END) {
      i = token(i);
    }
  }

  private int token(int i) {
    int c = in.at(i);
    if (Text.isSpace(c)) {
      int end = in.skipSpace(i);
      boolean insideValue = filled && (in.at(end) == ':' || in.at(end) == '=');
      if (!filled || (isDelimiter(in.at(end)) && !insideValue)) {
        out.space(in, i, end);
      }
      return end;
    }
    return switch (c) {
      case '{', '[', '(' -> open(i);
      case '}', ']', ')' -> close(i);
      case ',' -> comma(i);
      case ':', '=' -> separator(i);
      case '"', '\'', '`' -> string(i);
      case '/' -> depth > 0 && !keyNext && !filled ? value(endOfRegex(i)) : bare(i);
      default -> bare(i);
    };
  }

  private static boolean isDelimiter(int c) {
    return switch (c) {
      case '{', '[', '(', '}', ']', ')', ',', ':', '=', Text.END -> true;
      default -> false;
    };
  }

  private int open(int i) {
    if (depth == MAX_DEPTH) {
      return value(Text.END);
    }
    int c = in.at(i);
    out.open(c, c == '[');
    open[++depth] = c;
    keyNext = c == '{';
    opened = true;
    collectionNext = false;
    filled = false;
    return i + 1;
  }

  private int close(int i) {
    out.close(in.at(i));
    depth = Math.max(0, depth - 1);
    keyNext = false;
    collectionNext = false;
    filled = false;
    return i + 1;
  }

  private int comma(int i) {
    out.comma();
    keyNext = open[depth] == '{';
    collectionNext = false;
    filled = false;
    return i + 1;
  }

  private int separator(int i) {
    if (filled) {
      return i + 1;
    }
    out.token(in, i, i + 1);
    keyNext = false;
    return i + 1;
  }

  private int string(int i) {
    int end = in.endOfString(i, true);
    if (end == Text.END) {
      return value(Text.END);
    }
    return key(i, end, 1) || collection(i + 1, end - 1) ? kept(i, end) : value(end);
  }

  /** A number, a word, or what else stands without quotes. */
  private int bare(int i) {
    int end = i + 1;
    while (!isDelimiter(in.at(end)) && !Text.isSpace(in.at(end)) && !isQuote(in.at(end))) {
      end++;
    }
    if (key(i, end, 0)) {
      return kept(i, end);
    }
    if (filled || isQuote(in.at(end))) {
      return value(end);
    }
    boolean name = depth == 0 && isName(i, end) && (!opened || in.at(i) == '.');
    return name || isConstant(i, end) || collection(i, end) ? kept(i, end) : value(end);
  }

  private int kept(int from, int to) {
    out.token(in, from, to);
    return to;
  }

  private int value(int end) {
    if (!filled) {
      out.literal();
    }
    filled = true;
    collectionNext = false;
    return end;
  }

  /** Whether this is a key; notes when its value is a collection's name. */
  private boolean key(int from, int to, int quotes) {
    if (!keyNext || filled || to - from > MAX_KEY) {
      return false;
    }
    int next = in.at(in.skipSpace(to));
    if ((next != ':' && next != '=') || (quotes == 0 && !isName(from, to))) {
      return false;
    }
    collectionNext =
        mongo
            && firstKey
            && depth == 1
            && COMMANDS.contains(in.lowerCase(from + quotes, to - quotes, LONGEST_WORD));
    firstKey = false;
    return true;
  }

  private boolean collection(int from, int to) {
    boolean is = collectionNext && !filled && to - from <= MAX_COLLECTION && isName(from, to);
    if (is) {
      collectionNext = false;
    }
    return is;
  }

  private boolean isName(int from, int to) {
    for (int i = from; i < to; i++) {
      int c = in.at(i);
      boolean inside = c == '.' || c == '-' || (Text.isDigit(c) && (i > from || keyNext));
      if (!inside && !Text.isLetter(c) && c != '$') {
        return false;
      }
    }
    return from < to;
  }

  private boolean isConstant(int from, int to) {
    String word = in.lowerCase(from, to, LONGEST_WORD);
    int next = in.at(in.skipSpace(to));
    return CONSTANTS.contains(word)
        || ((next == '(' || next == '{') && CONSTRUCTORS.contains(word));
  }

  private static boolean isQuote(int c) {
    return c == '"' || c == '\'' || c == '`';
  }

  private int endOfRegex(int start) {
    int i = start + 1;
    while (in.at(i) != '/') {
      if (in.at(i) == Text.END) {
        return Text.END;
      }
      i += in.at(i) == '\\' ? 2 : 1;
    }
    return i + 1;
  }
}
