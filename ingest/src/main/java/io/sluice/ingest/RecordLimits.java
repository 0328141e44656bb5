package io.sluice.ingest;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Checks one span, log record or metric against the limits by walking its bytes. Throws {@link
 * InvalidInputException} for bytes that are not protobuf, and returns the first limit that a record
 * breaks, or null. A request may have millions of records, so that what one costs counts: a broken
 * limit is no exception, and of nested values only those around the current one are held.
 * Iterative: input cannot exhaust the stack.
 */
final class RecordLimits {

  /** A limit that a record breaks. */
  record Broken(Reason reason, String message) {}

  private enum Level {
    VALUE,
    ARRAY,
    LIST,
    ENTRY
  }

  private record Open(ProtoReader in, Level level) {}

  private static final Broken SPAN_IDS =
      invalid("a trace id must be 16 and a span id 8 bytes, not all of them zero");
  private static final Broken LOG_TRACE_ID = invalid("a trace id must be 16 bytes or absent");
  private static final Broken LOG_SPAN_ID = invalid("a span id must be 8 bytes or absent");

  /**
   * Resource and scope are copied to each of their records later, and a request may have millions.
   * Four attributes of the greatest length fit, such as the command line and the arguments of a
   * process; others have a few hundred bytes.
   */
  private static final int MAX_OWNER_BYTES = 256 << 10;

  private static final Broken OWNER_TOO_LARGE =
      new Broken(Reason.TOO_LARGE, "a resource or scope is larger than 256KiB");

  private final int maxAttributes;
  private final long maxLength;
  private final int maxDepth;
  private final Broken tooMany;
  private final Broken tooLong;
  private final Broken tooDeep;

  RecordLimits(IngestConfig config) {
    maxAttributes = config.maxAttributes();
    maxLength = config.maxAttributeLength().bytes();
    maxDepth = config.maxDepth();
    tooMany = new Broken(Reason.TOO_LARGE, "more than " + maxAttributes + " attributes");
    tooLong =
        new Broken(Reason.TOO_LARGE, "an attribute is longer than " + config.maxAttributeLength());
    tooDeep = new Broken(Reason.TOO_DEEP, "a value is nested deeper than " + maxDepth);
  }

  /** Checks a resource or a scope, whose attributes are in the given field. */
  @Nullable Broken checkOwner(Slice owner, int attributesField) {
    return checkAttributes(owner, attributesField);
  }

  /** Checks the size of all that a resource or scope has besides its records. */
  @Nullable Broken checkOwnerSize(long bytes) {
    return bytes > MAX_OWNER_BYTES ? OWNER_TOO_LARGE : null;
  }

  @Nullable Broken checkSpan(Slice bytes) {
    SpanView span = new SpanView(bytes);
    Broken broken = checkAttributes(bytes, 9);
    ProtoReader in = bytes.reader();
    while (broken == null && in.next()) {
      broken =
          switch (in.field()) {
            case 11 -> checkAttributes(in.slice(), 3); // events
            case 13 -> checkAttributes(in.slice(), 4); // links
            default -> null;
          };
    }
    span.statusCode(); // walks the status
    return broken == null && !span.hasValidIds() ? SPAN_IDS : broken;
  }

  @Nullable Broken checkLog(Slice bytes) {
    Broken broken = checkAttributes(bytes, 6);
    ProtoReader in = bytes.reader();
    while (broken == null && in.next()) {
      broken =
          switch (in.field()) {
            case 5 -> checkValue(in.slice(), Integer.MAX_VALUE); // the body may be long
            case 9 -> hasLength(in.slice(), 16) ? null : LOG_TRACE_ID;
            case 10 -> hasLength(in.slice(), 8) ? null : LOG_SPAN_ID;
            default -> null;
          };
    }
    return broken;
  }

  @Nullable Broken checkMetric(Slice bytes) {
    Broken broken = checkAttributes(bytes, 12); // metadata
    ProtoReader in = bytes.reader();
    while (broken == null && in.next()) {
      broken =
          switch (in.field()) {
            case 5, 7, 11 -> checkPoints(in.slice(), 7, 5); // gauge, sum, summary
            case 9 -> checkPoints(in.slice(), 9, 8); // histogram
            case 10 -> checkPoints(in.slice(), 1, 11); // exponential histogram
            default -> null;
          };
    }
    return broken;
  }

  /** How many data points a metric has. */
  static long points(Slice metric) {
    long points = 0;
    ProtoReader in = metric.reader();
    while (in.next()) {
      switch (in.field()) {
        case 5, 7, 9, 10, 11 -> {
          ProtoReader data = in.message();
          while (data.next()) {
            points += data.field() == 1 ? 1 : 0;
          }
        }
        default -> {}
      }
    }
    return points;
  }

  private @Nullable Broken checkPoints(Slice data, int attributesField, int exemplarsField) {
    Broken broken = null;
    ProtoReader in = data.reader();
    while (broken == null && in.next()) {
      if (in.field() == 1) {
        broken = checkPoint(in.slice(), attributesField, exemplarsField);
      }
    }
    return broken;
  }

  private @Nullable Broken checkPoint(Slice point, int attributesField, int exemplarsField) {
    Broken broken = checkAttributes(point, attributesField);
    ProtoReader in = point.reader();
    while (broken == null && in.next()) {
      // A summary has its sum where the others have exemplars.
      if (in.field() == exemplarsField && in.wireType() == ProtoReader.LEN) {
        broken = checkAttributes(in.slice(), 7);
      }
    }
    return broken;
  }

  private @Nullable Broken checkAttributes(Slice message, int field) {
    int count = 0;
    Broken broken = null;
    ProtoReader in = message.reader();
    while (broken == null && in.next()) {
      if (in.field() == field) {
        broken = ++count > maxAttributes ? tooMany : checkKeyValue(in.slice());
      }
    }
    return broken;
  }

  private @Nullable Broken checkKeyValue(Slice keyValue) {
    Broken broken = null;
    ProtoReader in = keyValue.reader();
    while (broken == null && in.next()) {
      broken =
          switch (in.field()) {
            case 1 -> checkLength(in.slice(), maxLength);
            case 2 -> checkValue(in.slice(), maxLength);
            default -> null;
          };
    }
    return broken;
  }

  private @Nullable Broken checkLength(Slice text, long most) {
    return text.length() > most ? tooLong : null;
  }

  private @Nullable Broken checkValue(Slice anyValue, long longest) {
    Broken broken = null;
    ProtoReader in = anyValue.reader();
    while (broken == null && in.next()) {
      switch (in.field()) {
        case 1, 7 -> broken = checkLength(in.slice(), longest);
        case 5, 6 -> {
          return checkNested(anyValue, longest);
        }
        default -> {}
      }
    }
    return broken;
  }

  private @Nullable Broken checkNested(Slice anyValue, long longest) {
    Deque<Open> open = new ArrayDeque<>();
    open.push(new Open(anyValue.reader(), Level.VALUE));
    int depth = 1; // how many of those that are open are values
    Broken broken = null;
    while (broken == null && !open.isEmpty()) {
      Open top = open.element();
      if (!top.in.next()) {
        open.pop();
        depth -= top.level == Level.VALUE ? 1 : 0;
        continue;
      }
      Level inner = null;
      switch (top.level) {
        case VALUE -> {
          switch (top.in.field()) {
            case 1, 7 -> broken = checkLength(top.in.slice(), longest);
            case 5 -> inner = Level.ARRAY;
            case 6 -> inner = Level.LIST;
            default -> {}
          }
        }
        case ARRAY -> inner = top.in.field() == 1 ? Level.VALUE : null;
        case LIST -> inner = top.in.field() == 1 ? Level.ENTRY : null;
        case ENTRY -> {
          switch (top.in.field()) {
            case 1 -> broken = checkLength(top.in.slice(), longest);
            case 2 -> inner = Level.VALUE;
            default -> {}
          }
        }
      }
      if (inner != null) {
        open.push(new Open(top.in.message(), inner));
        depth += inner == Level.VALUE ? 1 : 0;
        broken = depth > maxDepth ? tooDeep : broken;
      }
    }
    return broken;
  }

  private static boolean hasLength(Slice id, int length) {
    return id.isEmpty() || id.length() == length;
  }

  private static Broken invalid(String message) {
    return new Broken(Reason.INVALID, message);
  }
}
