package io.sluice.ingest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads OTLP/JSON into protobuf bytes, led by OTLP's own descriptors, so that every field of every
 * signal is covered. OTLP's JSON is protobuf's with two differences: ids are hex, and enums are
 * numbers (names are accepted too). Unknown names are passed over; a name given twice is refused,
 * since one reader would take the first and another the last.
 *
 * <p>Writes while it reads, into one buffer: messages as objects would take forty times the memory
 * of {@code {}}. Numbers may become four times as long as they are in JSON, so that this has a
 * limit of its own.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP, JSON
 *     Protobuf encoding</a>
 */
final class OtlpJson {

  /** Text up to this length is not worth counting. */
  private static final int SMALL_TEXT = 64 << 10;

  /** What the parser takes for a character of text, with the string made of it and its bytes. */
  private static final int BYTES_OF_A_CHAR = 4;

  private final JsonFactory json;
  private final int maxDepth;
  private final int maxBytes;
  private final Map<Descriptor, Map<String, FieldDescriptor>> fields = new ConcurrentHashMap<>();

  /**
   * @param maxDepth how deep objects and arrays may be nested in all
   * @param maxBytes how long the protobuf may become
   */
  OtlpJson(int maxDepth, int maxBytes) {
    this.maxDepth = maxDepth;
    this.maxBytes = maxBytes;
    this.json =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(maxDepth).build())
            .build();
  }

  /**
   * @throws InvalidInputException MALFORMED, TOO_LARGE or TOO_DEEP; the first with the place
   */
  byte[] toProtobuf(byte[] body, Message prototype) {
    return toProtobuf(Slice.of(body), prototype, more -> {}).toBytes();
  }

  /**
   * The same, counted.
   *
   * @param grown is told how much memory is taken, before it is; what it throws passes through
   */
  Slice toProtobuf(Slice body, Message prototype, LongConsumer grown) {
    try (JsonParser in = json.createParser(body.array(), body.start(), body.length())) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw malformed(in, "expected an object");
      }
      ProtoWriter out = new ProtoWriter(body.length() / 2, grown);
      new Reading(in, out, grown).message(prototype.getDescriptorForType());
      if (in.nextToken() != null) {
        throw malformed(in, "expected nothing after the object");
      }
      return out.slice();
    } catch (StreamConstraintsException e) {
      throw new InvalidInputException(
          Reason.TOO_DEEP,
          "the JSON is nested deeper than " + maxDepth + ", or a value is too long");
    } catch (JacksonException e) {
      throw invalid(e);
    } catch (IOException e) {
      throw new InvalidInputException(Reason.MALFORMED, "not valid JSON");
    }
  }

  /** One body. Recursive, as deep as the parser lets objects be nested. */
  private final class Reading {
    private final JsonParser in;
    private final ProtoWriter out;
    private final LongConsumer grown;
    private int longestText = SMALL_TEXT;

    Reading(JsonParser in, ProtoWriter out, LongConsumer grown) {
      this.in = in;
      this.out = out;
      this.grown = grown;
    }

    void message(Descriptor type) throws IOException {
      Map<String, FieldDescriptor> known = fields.computeIfAbsent(type, OtlpJson::byName);
      long given = 0;
      long chosen = 0;
      while (in.nextToken() != JsonToken.END_OBJECT) {
        FieldDescriptor field = known.get(in.currentName());
        JsonToken value = in.nextToken();
        if (field == null) {
          in.skipChildren();
        } else if (value != JsonToken.VALUE_NULL) {
          given = once(given, field.getIndex(), field, "given twice");
          OneofDescriptor oneof = field.getContainingOneof();
          if (oneof != null) {
            chosen = once(chosen, oneof.getIndex(), field, "a second one of " + oneof.getName());
          }
          field(field);
        }
      }
    }

    private long once(long before, int index, FieldDescriptor field, String otherwise) {
      long bit = 1L << index;
      if ((before & bit) != 0) {
        throw malformed(in, field.getJsonName() + ": " + otherwise);
      }
      return before | bit;
    }

    private void field(FieldDescriptor field) throws IOException {
      if (field.isRepeated()) {
        repeated(field);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        nested(field);
      } else {
        Object value = scalar(field);
        if (field.hasPresence() || !OtlpJsonScalars.isDefault(field, value)) {
          OtlpJsonScalars.writeTag(field, out);
          write(field, value);
        }
      }
    }

    private void write(FieldDescriptor field, Object value) {
      OtlpJsonScalars.write(field, value, out);
      requireRoom();
    }

    private void requireRoom() {
      if (out.size() > maxBytes) {
        throw new InvalidInputException(
            Reason.TOO_LARGE, "the body is larger than " + maxBytes + " bytes as protobuf");
      }
    }

    private Object scalar(FieldDescriptor field) throws IOException {
      JsonToken token = in.currentToken();
      if (!token.isScalarValue() || token == JsonToken.VALUE_NULL) {
        throw malformed(in, field.getJsonName() + ": expected a single value");
      }
      countText();
      try {
        return OtlpJsonScalars.parse(field, in.getText());
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw malformed(in, field.getJsonName() + ": expected " + OtlpJsonScalars.expected(field));
      }
    }

    /** The parser keeps the room of its longest text for the next. */
    private void countText() throws IOException {
      int length = in.getTextLength();
      if (length > longestText) {
        grown.accept((long) BYTES_OF_A_CHAR * (length - longestText));
        longestText = length;
      }
    }

    private void repeated(FieldDescriptor field) throws IOException {
      if (in.currentToken() != JsonToken.START_ARRAY) {
        throw malformed(in, field.getJsonName() + ": expected an array");
      }
      boolean packed = field.isPacked();
      int before = out.size();
      int start = packed ? out.begin(field.getNumber()) : before;
      while (in.nextToken() != JsonToken.END_ARRAY) {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          nested(field);
        } else {
          Object value = scalar(field);
          if (!packed) {
            OtlpJsonScalars.writeTag(field, out);
          }
          write(field, value);
        }
      }
      if (packed && out.size() > start) {
        out.end(start);
      } else if (packed) {
        out.cut(before);
      }
    }

    private void nested(FieldDescriptor field) throws IOException {
      if (in.currentToken() != JsonToken.START_OBJECT) {
        throw malformed(in, field.getJsonName() + ": expected an object");
      }
      int start = out.begin(field.getNumber());
      message(field.getMessageType());
      out.end(start);
      requireRoom();
    }
  }

  private static Map<String, FieldDescriptor> byName(Descriptor type) {
    Map<String, FieldDescriptor> fields = new HashMap<>();
    for (FieldDescriptor field : type.getFields()) {
      fields.put(field.getJsonName(), field);
      fields.put(field.getName(), field);
    }
    return Map.copyOf(fields);
  }

  /** Without the parser's message, which quotes the text. */
  static InvalidInputException invalid(JacksonException e) {
    return new InvalidInputException(Reason.MALFORMED, "not valid JSON" + place(e.getLocation()));
  }

  private static InvalidInputException malformed(JsonParser in, String what) {
    return new InvalidInputException(Reason.MALFORMED, what + place(in.currentTokenLocation()));
  }

  private static String place(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
