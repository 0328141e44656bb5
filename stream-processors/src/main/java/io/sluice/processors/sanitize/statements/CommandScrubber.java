package io.sluice.processors.sanitize.statements;

import io.sluice.processors.sanitize.statements.Commands.Kept;
import java.util.Set;

/**
 * Reads commands of Redis and Memcached: name, keys, values. From the first value on a command is
 * one {@code ?}, so that the number and the form of its values do not show. A value may stretch
 * over lines, so a line begins another command of a pipeline only when a command's name in capitals
 * says so. Reusable; not thread-safe.
 */
final class CommandScrubber {

  /** A longer key is perhaps a value. */
  private static final int MAX_KEY = 256;

  private static final int MAX_NAME = 32;

  /** Commands that are more often statements of SQL. */
  private static final Set<String> SQL_TOO =
      Set.of("select", "exec", "copy", "move", "cluster", "reset", "restore", "discard");

  /** What follows SET in SQL, and TO where a value would stand. */
  private static final Set<String> SET_OF_SQL =
      Set.of("names", "session", "local", "global", "transaction", "role", "schema", "character");

  private Text in = new Text();
  private Commands commands = Commands.REDIS;
  private Output out = new Output();

  void scrub(Text text, Commands table, Output output) {
    in = text;
    commands = table;
    out = output;
    int i = space(text.from());
    while (i < text.to()) {
      i = command(i);
    }
  }

  /** Whether a statement of a system without a name is a command of this kind and not SQL. */
  boolean isCommandAndNoSql(Text text, Commands table, int first) {
    in = text;
    int end = endOfName(first);
    String name = text.lowerCase(first, end, MAX_NAME);
    if (table.kept(text, first, end) == null || SQL_TOO.contains(name)) {
      return false;
    }
    return !name.equals("set") || !isSetOfSql(text.skipSpace(end));
  }

  private boolean isSetOfSql(int variable) {
    int end = in.skipWord(variable);
    int sign = in.skipSpace(end);
    return in.at(variable) == '@'
        || in.at(sign) == '='
        || (in.at(sign) == ':' && in.at(sign + 1) == '=')
        || in.isWord(sign, in.skipWord(sign), "to")
        || SET_OF_SQL.contains(in.lowerCase(variable, end, MAX_NAME));
  }

  /** One command with its arguments; gives the start of the next. */
  private int command(int start) {
    int end = endOfName(start);
    Kept kept = commands.kept(in, start, end);
    boolean plain = Text.isLetter(in.at(start)) && isEnd(end) && isName(start, end);
    if (kept == null && !plain) {
      return values(start);
    }
    out.token(in, start, end);
    return arguments(end, kept == null ? Kept.NOTHING : kept);
  }

  private int endOfName(int start) {
    int end = in.skipWord(start);
    while (in.at(end) == '.' || in.at(end) == '-') {
      end = in.skipWord(end + 1);
    }
    return end;
  }

  private int arguments(int from, Kept kept) {
    int i = from;
    Kept rest = kept;
    for (int position = 0; i < in.to(); position++) {
      int next = endOfSpace(i);
      boolean newLine = hasNewLine(i, next);
      out.space(in, i, next);
      i = next;
      if (i == in.to()) {
        return i;
      }
      if (commandAfter(i) != Text.END) {
        return separator(i);
      }
      int end = endOfArgument(i);
      boolean key = end != Text.END && end - i <= MAX_KEY && stays(rest, position, i, end);
      if (key && !newLine) {
        out.token(in, i, end);
        rest = rest == Kept.CONFIG && in.isWord(i, end, "get") ? Kept.KEYS : rest;
      } else if (rest == Kept.PAIRS && end != Text.END && !newLine) {
        out.literal();
      } else {
        return values(i);
      }
      i = end;
    }
    return i;
  }

  private boolean hasNewLine(int from, int to) {
    for (int i = from; i < to; i++) {
      if (in.at(i) == '\n') {
        return true;
      }
    }
    return false;
  }

  private boolean stays(Kept kept, int position, int start, int end) {
    return switch (kept) {
      case NOTHING -> false;
      case KEY -> position == 0;
      case KEYS -> true;
      case PAIRS -> position % 2 == 0;
      case SUBCOMMAND, CONFIG -> position == 0 && isName(start, end);
    };
  }

  private boolean isName(int start, int end) {
    for (int i = start; i < end; i++) {
      if (!Text.isLetter(in.at(i)) && in.at(i) != '-' && in.at(i) != '.') {
        return false;
      }
    }
    return end - start <= MAX_NAME;
  }

  /** Leaves out all up to the next command. */
  private int values(int start) {
    out.literal();
    int i = start;
    while (i < in.to() && commandAfter(i) == Text.END) {
      i++;
    }
    return i == in.to() ? i : separator(i);
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
    return word && commands.kept(in, start, end) != null ? start : Text.END;
  }

  /** The end of a key, with its quotes; END when they do not close. */
  private int endOfArgument(int start) {
    int c = in.at(start);
    if (c == '"' || c == '\'') {
      int end = in.endOfString(start, true);
      return end != Text.END && isEnd(end) ? end : Text.END;
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

  /** The end of white space, or the separator before another command in it. */
  private int endOfSpace(int start) {
    int end = start;
    while (Text.isSpace(in.at(end)) && commandAfter(end) == Text.END) {
      end++;
    }
    return end;
  }

  private int space(int start) {
    int end = in.skipSpace(start);
    out.space(in, start, end);
    return end;
  }
}
