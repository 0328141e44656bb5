package io.sluice.ingest;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Checks one span, log record or metric against the limits by walking its bytes. Throws MALFORMED
 * for bytes that are not protobuf, which condemns the request as a protobuf parser would, and
 * another reason for a record that only breaks a limit. Iterative: input cannot exhaust the stack.
 */
final class RecordLimits {

  private record Nested(Slice anyValue, int depth) {}

  private final IngestConfig config;

  RecordLimits(IngestConfig config) {
    this.config = config;
  }

  /** Checks a resource or a scope, whose attributes are in the given field. */
  void checkOwner(Slice owner, int attributesField) {
    checkAttributes(owner, attributesField);
  }

  void checkSpan(Slice bytes) {
    SpanView span = new SpanView(bytes);
    checkAttributes(bytes, 9);
    ProtoReader in = bytes.reader();
    while (in.next()) {
      switch (in.field()) {
        case 11 -> checkAttributes(in.slice(), 3); // events
        case 13 -> checkAttributes(in.slice(), 4); // links
        default -> {}
      }
    }
    span.statusCode(); // walks the status
    if (!span.hasValidIds()) {
      throw new InvalidInputException(
          Reason.INVALID, "a trace id must be 16 and a span id 8 bytes, not all of them zero");
    }
  }

  void checkLog(Slice bytes) {
    checkAttributes(bytes, 6);
    ProtoReader in = bytes.reader();
    while (in.next()) {
      switch (in.field()) {
        case 5 -> checkValue(in.slice(), Integer.MAX_VALUE); // the body may be long
        case 9 -> checkId(in.slice(), 16, "trace id");
        case 10 -> checkId(in.slice(), 8, "span id");
        default -> {}
      }
    }
  }

  void checkMetric(Slice bytes) {
    ProtoReader in = bytes.reader();
    while (in.next()) {
      switch (in.field()) {
        case 5, 7, 11 -> checkPoints(in.slice(), 7, 5); // gauge, sum, summary
        case 9 -> checkPoints(in.slice(), 9, 8); // histogram
        case 10 -> checkPoints(in.slice(), 1, 11); // exponential histogram
        case 12 -> checkAttributes(bytes, 12); // metadata
        default -> {}
      }
    }
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

  private void checkPoints(Slice data, int attributesField, int exemplarsField) {
    ProtoReader in = data.reader();
    while (in.next()) {
      if (in.field() != 1) {
        continue;
      }
      Slice point = in.slice();
      checkAttributes(point, attributesField);
      ProtoReader fields = point.reader();
      while (fields.next()) {
        // A summary has quantile values where the others have exemplars: no attributes in these.
        if (fields.field() == exemplarsField && fields.wireType() == ProtoReader.LEN) {
          checkAttributes(fields.slice(), 7);
        }
      }
    }
  }

  private static void checkId(Slice id, int length, String name) {
    if (!id.isEmpty() && id.length() != length) {
      throw new InvalidInputException(
          Reason.INVALID, "a " + name + " must be " + length + " bytes or absent");
    }
  }

  private void checkAttributes(Slice message, int field) {
    int count = 0;
    ProtoReader in = message.reader();
    while (in.next()) {
      if (in.field() == field) {
        count++;
        checkKeyValue(in.slice());
      }
    }
    if (count > config.maxAttributes()) {
      throw new InvalidInputException(
          Reason.TOO_LARGE, "more than " + config.maxAttributes() + " attributes");
    }
  }

  private void checkKeyValue(Slice keyValue) {
    ProtoReader in = keyValue.reader();
    while (in.next()) {
      if (in.field() == 1) {
        checkLength(in.slice(), config.maxAttributeLength().bytes());
      } else if (in.field() == 2) {
        checkValue(in.slice(), config.maxAttributeLength().bytes());
      }
    }
  }

  private void checkLength(Slice text, long most) {
    if (text.length() > most) {
      throw new InvalidInputException(
          Reason.TOO_LARGE, "an attribute is longer than " + config.maxAttributeLength());
    }
  }

  private void checkValue(Slice anyValue, long longest) {
    Deque<Nested> open = new ArrayDeque<>();
    open.push(new Nested(anyValue, 1));
    while (!open.isEmpty()) {
      Nested nested = open.pop();
      if (nested.depth() > config.maxDepth()) {
        throw new InvalidInputException(
            Reason.TOO_DEEP, "a value is nested deeper than " + config.maxDepth());
      }
      ProtoReader in = nested.anyValue().reader();
      while (in.next()) {
        switch (in.field()) {
          case 1, 7 -> checkLength(in.slice(), longest);
          case 5 -> pushElements(in.slice(), nested.depth() + 1, open);
          case 6 -> pushEntries(in.slice(), nested.depth() + 1, longest, open);
          default -> {}
        }
      }
    }
  }

  private static void pushElements(Slice array, int depth, Deque<Nested> open) {
    ProtoReader in = array.reader();
    while (in.next()) {
      if (in.field() == 1) {
        open.push(new Nested(in.slice(), depth));
      }
    }
  }

  private void pushEntries(Slice list, int depth, long longest, Deque<Nested> open) {
    ProtoReader in = list.reader();
    while (in.next()) {
      if (in.field() != 1) {
        continue;
      }
      ProtoReader entry = in.message();
      while (entry.next()) {
        if (entry.field() == 1) {
          checkLength(entry.slice(), longest);
        } else if (entry.field() == 2) {
          open.push(new Nested(entry.slice(), depth));
        }
      }
    }
  }
}
