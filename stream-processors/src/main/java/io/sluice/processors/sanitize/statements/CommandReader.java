package io.sluice.processors.sanitize.statements;

import io.sluice.processors.sanitize.statements.Commands.Keys;

/**
 * Reads commands of Redis and Memcached: the name and the keys stay. From the first value on a
 * command is one {@code ?}, because clients write values without quotes: where one ends and another
 * begins is not known. A value may stretch over lines, so a line begins another command only when
 * the name of a command in capitals says so. Reusable; not thread-safe.
 */
final class CommandReader {

  private static final String PLACEHOLDER = "?";

  /** A longer key is perhaps a value. */
  private static final int MAX_KEY = 256;

  private static final int MAX_NAME = 32;

  private Text in = new Text();
  private Commands commands = Commands.REDIS;
  private Output out = new Output(true);

  void read(Text text, Commands known, Output output) {
    in = text;
    commands = known;
    out = output;
    int i = space(text.from());
    while (i < text.to() && !out.isDecided()) {
      i = command(i);
    }
  }

  // Each method below handles what begins at a place and gives the place behind it.

  private int command(int start) {
    int end = endOfName(in, start);
    Keys keys = commands.keys(in, start, end);
    if (keys == null && !isPlainName(start, end)) {
      return values(start);
    }
    out.token(in, start, end);
    return arguments(end, keys == null ? Keys.NONE : keys);
  }

  /** The end of a command's name, which may have parts as {@code JSON.SET} has. */
  static int endOfName(Text text, int start) {
    int end = text.skipWord(start);
    while (text.at(end) == '.' || text.at(end) == '-') {
      end = text.skipWord(end + 1);
    }
    return end;
  }

  /** Whether this can be the name of a command that is not known. */
  private boolean isPlainName(int start, int end) {
    for (int i = start; i < end; i++) {
      int c = in.at(i);
      if (!Text.isLetter(c) && c != '.' && c != '-') {
        return false;
      }
    }
    return end > start && end - start <= MAX_NAME && isEnd(end);
  }

  private int arguments(int from, Keys keys) {
    int i = from;
    for (int position = 0; ; position++) {
      int start = i;
      boolean newLine = false;
      while (Text.isSpace(in.at(i)) && commandAfter(i) == Text.END) {
        newLine |= in.at(i) == '\n';
        i++;
      }
      out.space(in, start, i);
      if (i == in.to()) {
        return i;
      }
      if (commandAfter(i) != Text.END) {
        return separator(i);
      }
      int end = endOfArgument(i);
      boolean key = keys == Keys.ALL || (keys == Keys.FIRST && position == 0);
      if (!key || newLine || end == Text.END || end - i > MAX_KEY) {
        return values(i);
      }
      out.token(in, i, end);
      i = end;
    }
  }

  /** Leaves out all up to the next command. */
  private int values(int start) {
    int end = start + 1;
    while (end < in.to() && commandAfter(end) == Text.END) {
      end++;
    }
    if (end - start == 1 && in.at(start) == '?') {
      out.placeholder(PLACEHOLDER);
    } else {
      out.literal(PLACEHOLDER);
    }
    return end == in.to() ? end : separator(end);
  }

  private int separator(int i) {
    int next = commandAfter(i);
    out.space(in, i, next);
    return next;
  }

  /** The start of another command when a separator stands here; else END. */
  private int commandAfter(int i) {
    int c = in.at(i);
    if (!commands.pipelined() || (c != '\n' && c != ';')) {
      return Text.END;
    }
    int start = in.at(i + 1) == ' ' ? i + 2 : i + 1;
    int end = start;
    while (in.at(end) >= 'A' && in.at(end) <= 'Z' && end - start <= MAX_NAME) {
      end++;
    }
    boolean word = end > start && (in.at(end) == Text.END || Text.isSpace(in.at(end)));
    return word && commands.keys(in, start, end) != null ? start : Text.END;
  }

  /** The end of a key, with its quotes; END when they do not close. */
  private int endOfArgument(int start) {
    int c = in.at(start);
    if (c == '"' || c == '\'') {
      int end = in.endOfString(start, true);
      return isEnd(end) ? end : Text.END;
    }
    int end = start;
    while (!isEnd(end)) {
      end++;
    }
    return end;
  }

  private boolean isEnd(int i) {
    return in.at(i) == Text.END || Text.isSpace(in.at(i)) || commandAfter(i) != Text.END;
  }

  private int space(int start) {
    int end = in.skipSpace(start);
    out.space(in, start, end);
    return end;
  }
}
