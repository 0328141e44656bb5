package io.sluice.schemas.otlp;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Signal;
import io.sluice.schemas.otlp.OtlpShape.Field;
import io.sluice.schemas.otlp.OtlpShape.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows a visitor everything in an OTLP request that can hold text, and changes what it says. Works
 * on the bytes: when nothing changes the same array comes back, else only the changed fields and
 * the lengths around them are written anew. What the visitor does not change stays as it is to the
 * byte, also fields that this build does not know.
 *
 * <p>Trace and span ids of their proper length are not shown. Reusable; not safe for use by several
 * threads.
 */
public final class OtlpRewriter {

  /** How deep maps and lists may be nested in a value. */
  public static final int MAX_DEPTH = 64;

  private static final Slice NOTHING = Slice.of(new byte[0]);
  private static final byte KEY_TAG = (1 << 3) | ProtoReader.LEN;
  private static final byte VALUE_TAG = (2 << 3) | ProtoReader.LEN;

  private final OtlpShape shape;
  private final OtlpVisitor visitor;
  private final FieldPath path = new FieldPath();
  private final Patches patches = new Patches();
  private final ByteRange first = new ByteRange();
  private final ByteRange second = new ByteRange();
  private final List<ProtoReader> readers = new ArrayList<>();
  private int openReaders;
  private int values;
  private boolean dropping;
  private byte[] request = {};

  public OtlpRewriter(Signal signal, OtlpVisitor visitor) {
    this.shape =
        switch (signal) {
          case LOGS -> OtlpShape.LOGS;
          case SPANS -> OtlpShape.SPANS;
          case METRICS -> OtlpShape.METRICS;
        };
    this.visitor = visitor;
  }

  /**
   * Walks one request.
   *
   * @return the same array when nothing changed
   * @throws InvalidInputException MALFORMED for what is not protobuf, TOO_DEEP for values nested
   *     deeper than {@link #MAX_DEPTH}
   */
  public byte[] rewrite(byte[] bytes) {
    request = bytes;
    path.begin(bytes);
    patches.clear();
    openReaders = 0;
    values = 0;
    dropping = false;
    int growth = message(shape, 0, bytes.length);
    return patches.isEmpty() ? bytes : patches.applyTo(bytes, bytes.length + growth);
  }

  // `values` counts the attributes and values around; `dropping` means that the entry or field in
  // which the walk stands goes as a whole.
  // Each method below returns by how many bytes its part of the request grows.

  private int message(OtlpShape message, int start, int end) {
    int growth = 0;
    ProtoReader in = open(start, end);
    while (in.next()) {
      if (in.wireType() != ProtoReader.LEN && in.wireType() != ProtoReader.START_GROUP) {
        continue;
      }
      Field field = in.wireType() == ProtoReader.LEN ? message.field(in.field()) : null;
      if (field == null) {
        growth += unknown(in);
      } else if (field.kind() == Kind.KEY_VALUE) {
        path.enterList(start, end, in.field());
        growth += known(field, in);
        path.leaveList();
      } else if (field.kind() != Kind.PACKED) {
        growth += known(field, in);
      }
    }
    close();
    return growth;
  }

  private int known(Field field, ProtoReader in) {
    if (field.segment() != null) {
      path.push(field.segment());
    }
    if (field.level() != FieldPath.NONE) {
      path.enter(field.level());
    }
    int growth = payload(field.kind(), field.shape(), in, 0);
    if (field.level() != FieldPath.NONE) {
      path.leave(field.level());
    }
    if (field.segment() != null) {
      path.pop();
    }
    return growth;
  }

  /** What is in a length-delimited field, and then its length. */
  private int payload(Kind kind, @Nullable OtlpShape message, ProtoReader in, int depth) {
    int place = patches.reserve();
    boolean outer = dropping;
    dropping &= kind != Kind.KEY_VALUE; // of an entry inside an entry, either may go
    int start = in.start();
    int end = in.end();
    int growth =
        switch (kind) {
          case TEXT -> text(start, end);
          case BYTES -> bytes(start, end);
          case ID -> end - start == 16 || end - start == 8 ? 0 : bytes(start, end);
          case ANY_VALUE -> anyValue(start, end, depth);
          case KEY_VALUE -> keyValue(start, end, depth);
          case MESSAGE -> message == null ? 0 : message(message, start, end);
          case PACKED -> 0;
        };
    if (dropping && (kind == Kind.KEY_VALUE || values == 0)) {
      dropping = kind == Kind.KEY_VALUE && outer;
      patches.cutBack(place);
      return patches.replace(in.tagStart(), end, NOTHING);
    }
    dropping |= outer;
    int lengthStart = afterTag(in.tagStart());
    return growth + patches.mendLength(place, lengthStart, start, end - start + growth);
  }

  private int text(int start, int end) {
    if (start == end) {
      return 0;
    }
    return replaced(start, end, visitor.text(path, first.set(request, start, end)));
  }

  private int bytes(int start, int end) {
    if (start == end) {
      return 0;
    }
    return replaced(start, end, visitor.bytes(path, first.set(request, start, end)));
  }

  private int replaced(int start, int end, @Nullable Slice replacement) {
    return replacement == null || drops(replacement) ? 0 : patches.replace(start, end, replacement);
  }

  @SuppressWarnings("ReferenceEquality") // an empty replacement is none
  private boolean drops(Slice replacement) {
    boolean drops = replacement == OtlpVisitor.DROP;
    dropping |= drops;
    return drops;
  }

  private int anyValue(int start, int end, int depth) {
    int growth = 0;
    values++;
    ProtoReader in = open(start, end);
    while (in.next()) {
      growth +=
          switch (in.wireType()) {
            case ProtoReader.VARINT -> in.field() == 3 ? number(in, in.varint()) : 0;
            case ProtoReader.FIXED64 -> in.field() == 4 ? number(in) : 0;
            case ProtoReader.LEN ->
                switch (in.field()) {
                  case 1 -> payload(Kind.TEXT, null, in, depth);
                  case 7 -> payload(Kind.BYTES, null, in, depth);
                  case 5 -> list(Kind.ANY_VALUE, in, depth);
                  case 6 -> list(Kind.KEY_VALUE, in, depth);
                  default -> unknown(in);
                };
            case ProtoReader.START_GROUP -> unknown(in);
            default -> 0;
          };
    }
    close();
    values--;
    return growth;
  }

  /** An {@code ArrayValue} or {@code KeyValueList}: both are one repeated field. */
  private int list(Kind elements, ProtoReader field, int depth) {
    if (depth == MAX_DEPTH) {
      throw new InvalidInputException(
          Reason.TOO_DEEP, "a value is nested deeper than " + MAX_DEPTH + " levels");
    }
    int place = patches.reserve();
    int growth = 0;
    path.enterList(field.start(), field.end(), 1);
    ProtoReader in = open(field.start(), field.end());
    while (in.next()) {
      if (in.field() == 1 && in.wireType() == ProtoReader.LEN) {
        growth += payload(elements, null, in, depth + 1);
      } else if (in.wireType() == ProtoReader.LEN || in.wireType() == ProtoReader.START_GROUP) {
        growth += unknown(in);
      }
    }
    close();
    path.leaveList();
    int lengthStart = afterTag(field.tagStart());
    int length = field.end() - field.start() + growth;
    return growth + patches.mendLength(place, lengthStart, field.start(), length);
  }

  private int keyValue(int start, int end, int depth) {
    int keyStart = start;
    int keyEnd = start;
    if (isKeyThenValue(start, end)) {
      keyStart = start + 2;
      keyEnd = keyStart + request[start + 1];
    } else {
      // The key may stand behind the value, and of two the last holds: look for it first.
      ProtoReader keys = open(start, end);
      while (keys.next()) {
        if (keys.field() == 1 && keys.wireType() == ProtoReader.LEN) {
          keyStart = keys.start();
          keyEnd = keys.end();
        }
      }
      close();
    }

    int growth = 0;
    values++;
    ProtoReader in = open(start, end);
    while (in.next()) {
      if (in.wireType() == ProtoReader.LEN && in.field() == 1) {
        growth += payload(Kind.TEXT, null, in, depth);
      } else if (in.wireType() == ProtoReader.LEN && in.field() == 2) {
        path.pushKey(keyStart, keyEnd);
        growth += attribute(in, keyStart, keyEnd, depth);
        path.pop();
      } else if (in.wireType() == ProtoReader.LEN || in.wireType() == ProtoReader.START_GROUP) {
        growth += unknown(in);
      }
    }
    close();
    values--;
    return growth;
  }

  /** Whether an entry is, as nearly all are, a key and behind it a value, both short. */
  private boolean isKeyThenValue(int start, int end) {
    if (end - start < 4 || request[start] != KEY_TAG || request[start + 1] < 0) {
      return false;
    }
    int value = start + 2 + request[start + 1];
    return value + 2 <= end
        && request[value] == VALUE_TAG
        && request[value + 1] == end - value - 2; // a length over 127 is negative here
  }

  private int attribute(ProtoReader value, int keyStart, int keyEnd, int depth) {
    Slice replacement =
        visitor.attribute(
            path,
            first.set(request, keyStart, keyEnd),
            second.set(request, value.start(), value.end()));
    if (replacement == null) {
      return payload(Kind.ANY_VALUE, null, value, depth);
    }
    if (drops(replacement)) {
      return 0;
    }
    int place = patches.reserve();
    int growth = patches.replace(value.start(), value.end(), stringValue(replacement));
    int length = value.end() - value.start() + growth;
    return growth + patches.mendLength(place, afterTag(value.tagStart()), value.start(), length);
  }

  private int number(ProtoReader in) {
    double value = in.doubleValue();
    return value == Math.rint(value) && Math.abs(value) < 0x1p63 ? number(in, (long) value) : 0;
  }

  private int number(ProtoReader in, long value) {
    Slice replacement = visitor.integer(path, value);
    return replacement == null || drops(replacement)
        ? 0
        : patches.replace(in.tagStart(), in.end(), stringValue(replacement));
  }

  private int unknown(ProtoReader in) {
    return visitor.unknown(path, first.set(request, in.tagStart(), in.end()))
        ? 0
        : patches.replace(in.tagStart(), in.end(), NOTHING);
  }

  /** An {@code AnyValue} with a string. */
  private static Slice stringValue(Slice text) {
    ProtoWriter out = new ProtoWriter(text.length() + 8);
    out.bytes(1, text);
    return out.slice();
  }

  private int afterTag(int tagStart) {
    int i = tagStart;
    while (request[i] < 0) {
      i++;
    }
    return i + 1;
  }

  private ProtoReader open(int start, int end) {
    if (openReaders == readers.size()) {
      readers.add(new ProtoReader(request, start, end));
    }
    return readers.get(openReaders++).over(request, start, end);
  }

  private void close() {
    openReaders--;
  }
}
