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
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads OTLP/JSON into protobuf bytes, led by OTLP's own descriptors, so that every field of every
 * signal is covered. OTLP's JSON is protobuf's with two differences: ids are hex, and enums are
 * numbers (names are accepted too). Unknown names are passed over; a name given twice is refused,
 * since one reader would take the first and another the last.
 *
 * <p>Writes while it reads: messages as objects would take forty times the memory of {@code {}}.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP, JSON
 *     Protobuf encoding</a>
 */
final class OtlpJson {

  /** A buffer for one message inside another is kept for the next of its level up to this size. */
  private static final int KEPT_BYTES = 64 << 10;

  private final JsonFactory json;
  private final int maxDepth;
  private final Map<Descriptor, Map<String, FieldDescriptor>> fields = new ConcurrentHashMap<>();

  /**
   * @param maxDepth how deep objects and arrays may be nested in all
   */
  OtlpJson(int maxDepth) {
    this.maxDepth = maxDepth;
    this.json =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(maxDepth).build())
            .build();
  }

  /**
   * @throws InvalidInputException MALFORMED or TOO_DEEP, with the place
   */
  byte[] toProtobuf(byte[] body, Message prototype) {
    try (JsonParser in = json.createParser(body)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw malformed(in, "expected an object");
      }
      ProtoWriter out = new ProtoWriter(body.length / 2);
      new Reading(in).message(prototype.getDescriptorForType(), out, 0);
      if (in.nextToken() != null) {
        throw malformed(in, "expected nothing after the object");
      }
      return out.toBytes();
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
    private final List<ProtoWriter> inner = new ArrayList<>();

    Reading(JsonParser in) {
      this.in = in;
    }

    void message(Descriptor type, ProtoWriter out, int level) throws IOException {
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
          field(field, out, level);
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

    private void field(FieldDescriptor field, ProtoWriter out, int level) throws IOException {
      if (field.isRepeated()) {
        repeated(field, out, level);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        nested(field, out, level);
      } else {
        Object value = scalar(field);
        if (field.hasPresence() || !OtlpJsonScalars.isDefault(field, value)) {
          OtlpJsonScalars.writeTag(field, out);
          OtlpJsonScalars.write(field, value, out);
        }
      }
    }

    private Object scalar(FieldDescriptor field) throws IOException {
      JsonToken token = in.currentToken();
      if (!token.isScalarValue() || token == JsonToken.VALUE_NULL) {
        throw malformed(in, field.getJsonName() + ": expected a single value");
      }
      try {
        return OtlpJsonScalars.parse(field, in.getText());
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw malformed(in, field.getJsonName() + ": expected " + OtlpJsonScalars.expected(field));
      }
    }

    private void repeated(FieldDescriptor field, ProtoWriter out, int level) throws IOException {
      if (in.currentToken() != JsonToken.START_ARRAY) {
        throw malformed(in, field.getJsonName() + ": expected an array");
      }
      ProtoWriter packed = field.isPacked() ? open(level) : out;
      while (in.nextToken() != JsonToken.END_ARRAY) {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          nested(field, out, level);
        } else {
          Object value = scalar(field);
          if (packed == out) {
            OtlpJsonScalars.writeTag(field, out);
          }
          OtlpJsonScalars.write(field, value, packed);
        }
      }
      if (packed != out && packed.size() > 0) {
        close(field, out, level);
      }
    }

    private void nested(FieldDescriptor field, ProtoWriter out, int level) throws IOException {
      if (in.currentToken() != JsonToken.START_OBJECT) {
        throw malformed(in, field.getJsonName() + ": expected an object");
      }
      message(field.getMessageType(), open(level), level + 1);
      close(field, out, level);
    }

    private ProtoWriter open(int level) {
      if (level == inner.size()) {
        inner.add(new ProtoWriter(256));
      }
      ProtoWriter writer = inner.get(level);
      writer.reset();
      return writer;
    }

    private void close(FieldDescriptor field, ProtoWriter out, int level) {
      ProtoWriter writer = inner.get(level);
      out.bytes(field.getNumber(), writer.slice());
      if (writer.size() > KEPT_BYTES) {
        inner.set(level, new ProtoWriter(256));
      }
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
