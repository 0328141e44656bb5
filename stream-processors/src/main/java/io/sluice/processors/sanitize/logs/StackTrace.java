package io.sluice.processors.sanitize.logs;

import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A stack trace at the end of a text, as Java, .NET, JavaScript, Python and Go print it. Text is
 * taken for one only when every line from its heading on belongs to it.
 *
 * @param start first byte of it; what was logged with it stands before
 * @param headingEnd end of its first line
 * @param type of the exception; null where the language has none
 * @param message of the exception; null when it has none
 */
record StackTrace(int start, int headingEnd, @Nullable Slice type, @Nullable Slice message) {

  private static final byte[] TRACEBACK = ascii("Traceback (most recent call last):");
  private static final byte[] DURING = ascii("During handling of the above exception, another");
  private static final byte[] DIRECT = ascii("The above exception was the direct cause of");
  private static final byte[] PANIC = ascii("panic: ");
  private static final byte[] NESTED_PANIC = ascii("\tpanic: ");
  private static final byte[] FATAL = ascii("fatal error: ");
  private static final byte[] SIGNAL = ascii("[signal ");
  private static final byte[] GOROUTINE = ascii("goroutine ");
  private static final byte[] CREATED_BY = ascii("created by ");
  private static final byte[] EXIT_STATUS = ascii("exit status ");
  private static final byte[] CAUSED_BY = ascii("Caused by: ");
  private static final byte[] SUPPRESSED = ascii("Suppressed: ");
  private static final byte[] INNER = ascii("---> ");
  private static final byte[] END_OF_INNER = ascii("--- End of ");
  private static final byte[] IN_THREAD = ascii("Exception in thread \"");
  private static final byte[] UNCAUGHT = ascii("Uncaught ");
  private static final byte[] UNHANDLED = ascii("Unhandled exception. ");
  private static final byte[] AT = ascii("at ");
  private static final byte[] DOTS = ascii("...");

  /** Finds the stack trace with which a text of several lines ends; null when it has none. */
  static @Nullable StackTrace find(byte[] buf, int start, int end) {
    Lines lines = new Lines(buf, start, end);
    int heading = Lines.NONE;
    int panic = Lines.NONE;
    while (lines.next()) {
      if (lines.is(TRACEBACK)) {
        return python(lines);
      }
      if (isFrame(lines)) {
        return heading == Lines.NONE ? null : atFrames(lines, heading);
      }
      if (lines.begins(GOROUTINE) && lines.ends("]:")) {
        return panic == Lines.NONE ? null : go(lines, panic);
      }
      if (!(lines.isIndented() && lines.beginsIndented(INNER))) {
        heading = lines.start();
      }
      if (lines.begins(PANIC) || lines.begins(FATAL)) {
        panic = lines.start();
      } else if (!lines.isBlank() && !lines.begins(SIGNAL) && !lines.begins(NESTED_PANIC)) {
        panic = Lines.NONE;
      }
    }
    return null;
  }

  /** Java, .NET, JavaScript: {@code Type: message}, then lines with {@code at}. */
  private static @Nullable StackTrace atFrames(Lines lines, int heading) {
    do {
      boolean belongs =
          isFrame(lines)
              || lines.isBlank()
              || lines.begins(CAUSED_BY)
              || (lines.isIndented()
                  && (lines.beginsIndented(DOTS)
                      || lines.beginsIndented(CAUSED_BY)
                      || lines.beginsIndented(SUPPRESSED)
                      || lines.beginsIndented(INNER)
                      || lines.beginsIndented(END_OF_INNER)));
      if (!belongs) {
        return null;
      }
    } while (lines.next());
    int headingEnd = lines.endOf(heading);
    int type = afterPrefix(lines, heading, headingEnd);
    return named(lines, heading, headingEnd, type, headingEnd, true);
  }

  private static boolean isFrame(Lines lines) {
    return lines.isIndented() && lines.beginsIndented(AT) && (lines.has('(') || lines.has(':'));
  }

  private static int afterPrefix(Lines lines, int from, int to) {
    if (lines.hasAt(from, to, IN_THREAD)) {
      int quote = from + IN_THREAD.length;
      while (quote < to && lines.at(quote) != '"') {
        quote++;
      }
      return Math.min(to, quote + 2);
    }
    if (lines.hasAt(from, to, UNCAUGHT)) {
      return from + UNCAUGHT.length;
    }
    return lines.hasAt(from, to, UNHANDLED) ? from + UNHANDLED.length : from;
  }

  /** The exception's own line stands last, unindented behind its frames. */
  private static @Nullable StackTrace python(Lines lines) {
    int start = lines.start();
    int headingEnd = lines.end();
    int exception = Lines.NONE;
    int exceptionEnd = Lines.NONE;
    boolean afterFrame = false;
    while (lines.next()) {
      if (lines.isIndented()) {
        afterFrame = true;
      } else if (afterFrame && !lines.isBlank()) {
        exception = lines.start();
        exceptionEnd = lines.end();
        afterFrame = false;
      } else if (!lines.isBlank()
          && !lines.is(TRACEBACK)
          && !lines.begins(DURING)
          && !lines.begins(DIRECT)) {
        return null;
      }
    }
    if (exception == Lines.NONE || afterFrame) {
      return null;
    }
    return named(lines, start, headingEnd, exception, exceptionEnd, false);
  }

  private static @Nullable StackTrace go(Lines lines, int panic) {
    do {
      boolean belongs =
          lines.isBlank()
              || lines.isIndented()
              || lines.begins(GOROUTINE)
              || lines.begins(CREATED_BY)
              || lines.begins(EXIT_STATUS)
              || lines.begins(DOTS)
              || lines.ends(")");
      if (!belongs) {
        return null;
      }
    } while (lines.next());
    int end = lines.endOf(panic);
    int message = panic + (lines.hasAt(panic, end, PANIC) ? PANIC.length : FATAL.length);
    return new StackTrace(panic, end, null, lines.slice(message, end));
  }

  /**
   * @param type where {@code Type: message} begins
   * @param end where it ends
   * @param telling whether the type must look like that of an exception
   */
  private static @Nullable StackTrace named(
      Lines lines, int start, int headingEnd, int type, int end, boolean telling) {
    boolean dotted = false;
    int typeEnd = type;
    while (typeEnd < end && isInType(lines.at(typeEnd), typeEnd == type)) {
      dotted |= lines.at(typeEnd) == '.';
      typeEnd++;
    }
    if (typeEnd == type || (typeEnd < end && lines.at(typeEnd) != ':')) {
      return null;
    }
    boolean tells =
        dotted || lines.endsAt(type, typeEnd, "Error") || lines.endsAt(type, typeEnd, "Exception");
    if (telling && !tells) {
      return null;
    }
    int message = Math.min(end, typeEnd + 1);
    message += message < end && lines.at(message) == ' ' ? 1 : 0;
    return new StackTrace(
        start,
        headingEnd,
        lines.slice(type, typeEnd),
        message == end ? null : lines.slice(message, end));
  }

  private static boolean isInType(byte b, boolean first) {
    boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_';
    return letter || (!first && ((b >= '0' && b <= '9') || b == '.' || b == '$' || b == '`'));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
