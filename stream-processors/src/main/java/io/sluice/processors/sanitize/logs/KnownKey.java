package io.sluice.processors.sanitize.logs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key under which logging libraries write what OpenTelemetry has a place for. Case and the
 * separators {@code . _ -} count for nothing.
 *
 * @param role what stands there
 * @param rank of two keys with one role, the lower one decides
 */
record KnownKey(Role role, int rank) {

  /** What stands under a key. */
  enum Role {
    MESSAGE,
    LEVEL,
    TRACE_ID,
    SPAN_ID,
    DATADOG_TRACE_ID,
    DATADOG_SPAN_ID,
    /** Nothing but a stack trace. */
    STACK,
    /** A stack trace, among other things that people write there. */
    MAYBE_STACK,
    EXCEPTION_TYPE,
    EXCEPTION_MESSAGE,
    /** What went wrong: words, or a stack trace. */
    ERROR
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Name(byte[] folded, KnownKey key) {
    @Override
    public String toString() {
      return new String(folded, StandardCharsets.US_ASCII);
    }
  }

  private static final int MAX_SEPARATORS = 4;

  /** Names by their first letter. */
  private static final List<List<Name>> NAMES = new ArrayList<>();

  /** For each first letter a bit for each length that a name with separators may have. */
  private static final long[] LENGTHS = new long[128];

  static {
    for (int i = 0; i < LENGTHS.length; i++) {
      NAMES.add(new ArrayList<>());
    }
    names(
        Role.MESSAGE,
        "message",
        "msg",
        "@message",
        "@m",
        "shortmessage",
        "renderedmessage",
        "fieldsmessage",
        "event",
        "body",
        "log",
        "@mt");
    names(Role.LEVEL, "level", "severity", "loglevel", "lvl", "levelname", "severitytext");
    names(Role.LEVEL, "@level", "@l");
    names(Role.TRACE_ID, "traceid", "oteltraceid", "mdctraceid", "contextmaptraceid");
    names(Role.TRACE_ID, "xb3traceid", "logginggoogleapiscom/trace");
    names(Role.SPAN_ID, "spanid", "otelspanid", "mdcspanid", "contextmapspanid");
    names(Role.SPAN_ID, "xb3spanid", "logginggoogleapiscom/spanid");
    names(Role.DATADOG_TRACE_ID, "ddtraceid");
    names(Role.DATADOG_SPAN_ID, "ddspanid");
    names(
        Role.STACK,
        "exceptionstacktrace",
        "errorstacktrace",
        "errorstack",
        "errstack",
        "thrownextendedstacktrace",
        "stacktrace");
    names(Role.MAYBE_STACK, "exception", "excinfo", "@x", "stack");
    names(Role.ERROR, "error", "err");
    names(Role.EXCEPTION_TYPE, "exceptiontype", "errortype", "errtype", "thrownname");
    names(Role.EXCEPTION_TYPE, "exceptionclass", "errorkind", "errorname", "errname");
    names(Role.EXCEPTION_MESSAGE, "exceptionmessage", "errormessage", "errmessage");
    names(Role.EXCEPTION_MESSAGE, "thrownmessage");
  }

  private static void names(Role role, String... names) {
    for (String name : names) {
      byte[] folded = name.getBytes(StandardCharsets.US_ASCII);
      int first = folded[0];
      int rank = NAMES.stream().mapToInt(List::size).sum();
      NAMES.get(first).add(new Name(folded, new KnownKey(role, rank)));
      LENGTHS[first] |= ((1L << (MAX_SEPARATORS + 1)) - 1) << folded.length;
    }
  }

  /** The known key that these bytes are; null for other keys. */
  static @Nullable KnownKey of(byte[] buf, int start, int end) {
    int length = end - start;
    int first = length == 0 ? -1 : lower(buf[start]);
    if (first < 0 || length >= Long.SIZE || ((LENGTHS[first] >>> length) & 1) == 0) {
      return null;
    }
    for (Name name : NAMES.get(first)) {
      if (matches(name.folded(), buf, start, end)) {
        return name.key();
      }
    }
    return null;
  }

  private static boolean matches(byte[] folded, byte[] buf, int start, int end) {
    int matched = 0;
    for (int i = start; i < end; i++) {
      byte b = buf[i];
      if (b == '_' || b == '.' || b == '-') {
        continue;
      }
      if (matched == folded.length || folded[matched] != lower(b)) {
        return false;
      }
      matched++;
    }
    return matched == folded.length;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
  }
}
