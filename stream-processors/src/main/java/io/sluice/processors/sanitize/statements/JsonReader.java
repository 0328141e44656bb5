package io.sluice.processors.sanitize.statements;

/**
 * Reads JSON and what drivers write like it: several documents, the notation of MongoDB's shell,
 * Python's and .NET's. Keys and names of functions stay, values become {@code "?"}, so that JSON
 * stays JSON. Reusable; not thread-safe.
 */
final class JsonReader {

  private static final String PLACEHOLDER = "\"?\"";

  private static final int MAX_DEPTH = 64;

  /** A longer key is perhaps data. */
  private static final int MAX_KEY = 256;

  private static final int MAX_COLLECTION = 120;

  /** Commands of MongoDB whose value is the name of a collection. */
  private static final Words<Boolean> COMMANDS =
      new Words<Boolean>()
          .put(true, "find aggregate insert update delete count distinct findandmodify mapreduce")
          .put(true, "create drop createindexes dropindexes");

  private static final Words<Boolean> CONSTANTS =
      new Words<Boolean>().put(true, "true false null none undefined nan infinity new");

  private final int[] open = new int[MAX_DEPTH + 1];
  private Text in = new Text();
  private Output out = new Output(true);
  private int depth;

  /** Whether a bracket was opened: names before it are an operation and its collection. */
  private boolean opened;

  private boolean keyNext;
  private boolean firstKey;

  /** Whether what comes next is the name of a collection. */
  private boolean collectionNext;

  private boolean commands;

  /**
   * @param isCommand whether the first key of a document may be a command of MongoDB
   */
  void read(Text text, boolean isCommand, Output output) {
    in = text;
    out = output;
    commands = isCommand;
    depth = 0;
    open[0] = Text.END;
    opened = false;
    keyNext = false;
    firstKey = true;
    collectionNext = false;
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
    return switch (c) {
      case '{', '[', '(' -> open(i);
      case '}', ']', ')' -> close(i);
      case ',' -> comma(i);
      case ':' -> kept(i, i + 1);
      case '"', '\'' -> string(i);
      case '/' -> depth > 0 && !keyNext ? regex(i) : bare(i);
      default -> bare(i);
    };
  }

  private int open(int i) {
    if (depth == MAX_DEPTH) {
      return value(Text.END);
    }
    int c = in.at(i);
    out.open(c, c == '[');
    open[++depth] = c;
    opened = true;
    keyNext = c == '{';
    collectionNext = false;
    return i + 1;
  }

  private int close(int i) {
    out.close(in.at(i));
    depth = Math.max(0, depth - 1);
    keyNext = false;
    collectionNext = false;
    return i + 1;
  }

  private int comma(int i) {
    out.comma();
    keyNext = open[depth] == '{';
    collectionNext = false;
    return i + 1;
  }

  private int string(int i) {
    int end = endOfQuoted(i);
    if (end == Text.END) {
      return value(end);
    }
    if (isKey(i, end)) {
      return key(i, end, 1);
    }
    boolean placeholder = end - i == PLACEHOLDER.length() && in.at(i + 1) == '?';
    return placeholder || isCollection(i + 1, end - 1) ? kept(i, end) : value(end);
  }

  private int regex(int i) {
    int end = endOfQuoted(i);
    return value(end == Text.END ? end : in.skipWord(end));
  }

  /** A number, a word, or what else stands without quotes. */
  private int bare(int i) {
    int end = i + 1;
    while (!isDelimiter(in.at(end))) {
      end++;
    }
    if (isKey(i, end) && isName(i, end, true)) {
      return key(i, end, 0);
    }
    boolean name = isName(i, end, false);
    boolean function = name && in.at(end) == '(';
    boolean operation = name && depth == 0 && (!opened || in.at(i) == '.');
    boolean placeholder = end - i == 1 && in.at(i) == '?';
    boolean constant = CONSTANTS.get(in, i, end) != null;
    return function || operation || placeholder || constant ? kept(i, end) : value(end);
  }

  private int kept(int from, int to) {
    out.token(in, from, to);
    return to;
  }

  private int value(int end) {
    out.literal(PLACEHOLDER);
    keyNext = false;
    collectionNext = false;
    return end;
  }

  private boolean isKey(int from, int to) {
    return keyNext && to - from <= MAX_KEY && in.at(in.skipSpace(to)) == ':';
  }

  private int key(int from, int to, int quotes) {
    keyNext = false;
    collectionNext =
        commands && firstKey && depth == 1 && COMMANDS.get(in, from + quotes, to - quotes) != null;
    firstKey = false;
    return kept(from, to);
  }

  private boolean isCollection(int from, int to) {
    return collectionNext && to - from <= MAX_COLLECTION && isName(from, to, true);
  }

  private boolean isName(int from, int to, boolean digits) {
    for (int i = from; i < to; i++) {
      int c = in.at(i);
      boolean inside = c == '.' || c == '-' || c == '$' || (digits && Text.isDigit(c));
      if (!inside && !Text.isLetter(c)) {
        return false;
      }
    }
    return from < to;
  }

  private static boolean isDelimiter(int c) {
    return switch (c) {
      case '{', '[', '(', '}', ']', ')', ',', ':', '"', '\'', Text.END -> true;
      default -> Text.isSpace(c);
    };
  }

  /** The end of a string or regular expression; END when it never ends. */
  private int endOfQuoted(int start) {
    int i = start + 1;
    while (in.at(i) != in.at(start)) {
      if (in.at(i) == Text.END) {
        return Text.END;
      }
      i += in.at(i) == '\\' ? 2 : 1;
    }
    return i + 1;
  }
}
