package io.sluice.ingest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads OTLP/JSON into protobuf bytes, led by OTLP's own descriptors, so that every field of every
 * signal is covered. OTLP's JSON is protobuf's with two differences: ids are hex, and enums are
 * numbers (names are accepted too). Unknown names are passed over; of a name given twice the last
 * holds.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP, JSON
 *     Protobuf encoding</a>
 */
final class OtlpJson {

  private static final Set<String> HEX_FIELDS =
      Set.of("traceId", "spanId", "parentSpanId", "profileId");

  private final JsonFactory json;
  private final int maxDepth;

  /**
   * @param maxDepth how deep objects and arrays may be nested in all
   */
  OtlpJson(int maxDepth) {
    this.maxDepth = maxDepth;
    this.json =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(maxDepth).build())
            .build();
  }

  /**
   * @throws InvalidInputException MALFORMED or TOO_DEEP, with the place
   */
  byte[] toProtobuf(byte[] body, Message prototype) {
    try (JsonParser in = json.createParser(body)) {
      Message.Builder builder = prototype.newBuilderForType();
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw malformed(in, "expected an object");
      }
      readMessage(in, builder);
      if (in.nextToken() != null) {
        throw malformed(in, "expected nothing after the object");
      }
      return builder.build().toByteArray();
    } catch (StreamConstraintsException e) {
      throw new InvalidInputException(
          Reason.TOO_DEEP,
          "the JSON is nested deeper than " + maxDepth + ", or a value is too long");
    } catch (JacksonException e) {
      throw new InvalidInputException(Reason.MALFORMED, "not valid JSON" + place(e.getLocation()));
    } catch (IOException e) {
      throw new InvalidInputException(Reason.MALFORMED, "not valid JSON");
    }
  }

  private void readMessage(JsonParser in, Message.Builder builder) throws IOException {
    Map<String, FieldDescriptor> fields = fields(builder);
    while (in.nextToken() != JsonToken.END_OBJECT) {
      FieldDescriptor field = fields.get(in.currentName());
      JsonToken value = in.nextToken();
      if (field == null) {
        in.skipChildren();
      } else if (value == JsonToken.VALUE_NULL) {
        builder.clearField(field);
      } else if (field.isRepeated()) {
        readRepeated(in, builder, field);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        Message.Builder nested = builder.newBuilderForField(field);
        readNested(in, nested, field);
        builder.setField(field, nested.build());
      } else {
        builder.setField(field, scalar(in, field));
      }
    }
  }

  private void readRepeated(JsonParser in, Message.Builder builder, FieldDescriptor field)
      throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw malformed(in, field.getJsonName() + ": expected an array");
    }
    builder.clearField(field);
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        Message.Builder nested = builder.newBuilderForField(field);
        readNested(in, nested, field);
        builder.addRepeatedField(field, nested.build());
      } else {
        builder.addRepeatedField(field, scalar(in, field));
      }
    }
  }

  private void readNested(JsonParser in, Message.Builder nested, FieldDescriptor field)
      throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw malformed(in, field.getJsonName() + ": expected an object");
    }
    readMessage(in, nested);
  }

  private static Object scalar(JsonParser in, FieldDescriptor field) throws IOException {
    if (!in.currentToken().isScalarValue()) {
      throw malformed(in, field.getJsonName() + ": expected a single value");
    }
    String text = in.getText();
    try {
      return switch (field.getJavaType()) {
        case STRING -> wellFormed(text);
        case BOOLEAN -> bool(text);
        case INT -> isUnsigned(field) ? Integer.parseUnsignedInt(text) : Integer.parseInt(text);
        case LONG -> isUnsigned(field) ? Long.parseUnsignedLong(text) : Long.parseLong(text);
        case FLOAT -> Float.parseFloat(text);
        case DOUBLE -> Double.parseDouble(text);
        case BYTE_STRING -> bytes(text, field);
        case ENUM -> enumValue(text, field);
        case MESSAGE -> throw new IllegalStateException("a message is no scalar");
      };
    } catch (IllegalArgumentException e) {
      throw malformed(in, field.getJsonName() + ": expected " + expected(field));
    }
  }

  private static boolean bool(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new IllegalArgumentException("neither true nor false");
  }

  private static ByteString bytes(String text, FieldDescriptor field) {
    return ByteString.copyFrom(
        HEX_FIELDS.contains(field.getJsonName())
            ? HexFormat.of().parseHex(text)
            : Base64.getMimeDecoder().decode(text));
  }

  private static EnumValueDescriptor enumValue(String text, FieldDescriptor field) {
    EnumValueDescriptor byName = field.getEnumType().findValueByName(text);
    return byName != null
        ? byName
        : field.getEnumType().findValueByNumberCreatingIfUnknown(Integer.parseInt(text));
  }

  /** A lone half of a surrogate pair is not text, and protobuf would refuse it later. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return replaceLoneSurrogates(text);
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point ->
                out.appendCodePoint(
                    point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE
                        ? 0xFFFD
                        : point));
    return out.toString();
  }

  private static boolean isUnsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false;
    };
  }

  private static String expected(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case BYTE_STRING -> HEX_FIELDS.contains(field.getJsonName()) ? "hex digits" : "base64";
      case BOOLEAN -> "true or false";
      case ENUM -> "a number or name of " + field.getEnumType().getName();
      case STRING, MESSAGE -> "text";
      case INT, LONG, FLOAT, DOUBLE -> "a number";
    };
  }

  private static Map<String, FieldDescriptor> fields(Message.Builder builder) {
    Map<String, FieldDescriptor> fields = new HashMap<>();
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      fields.put(field.getJsonName(), field);
      fields.put(field.getName(), field);
    }
    return fields;
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
