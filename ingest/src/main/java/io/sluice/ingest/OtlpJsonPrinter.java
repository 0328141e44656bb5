package io.sluice.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Writes messages as OTLP's JSON: ids in hex, 64-bit numbers as text, enums as numbers, other bytes
 * in base64. What {@link OtlpJson} reads.
 */
final class OtlpJsonPrinter {

  private final JsonGenerator out;

  OtlpJsonPrinter(JsonGenerator out) {
    this.out = out;
  }

  void print(Message message) throws IOException {
    out.writeStartObject();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      out.writeFieldName(field.getJsonName());
      if (field.isRepeated()) {
        out.writeStartArray();
        for (Object each : (List<?>) entry.getValue()) {
          value(field, each);
        }
        out.writeEndArray();
      } else {
        value(field, entry.getValue());
      }
    }
    out.writeEndObject();
  }

  private void value(FieldDescriptor field, Object value) throws IOException {
    switch (field.getJavaType()) {
      case MESSAGE -> print((Message) value);
      case STRING -> out.writeString((String) value);
      case BYTE_STRING -> out.writeString(bytes(field, (ByteString) value));
      case ENUM -> out.writeNumber(((EnumValueDescriptor) value).getNumber());
      case LONG ->
          out.writeString(
              OtlpJsonScalars.isUnsigned(field)
                  ? Long.toUnsignedString((long) value)
                  : value.toString());
      case INT ->
          out.writeNumber(
              OtlpJsonScalars.isUnsigned(field)
                  ? Integer.toUnsignedLong((int) value)
                  : (int) value);
      case FLOAT, DOUBLE -> number(((Number) value).doubleValue());
      case BOOLEAN -> out.writeBoolean((boolean) value);
    }
  }

  /** JSON has no number for infinity, nor for none. */
  private void number(double value) throws IOException {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeString(Double.toString(value));
    }
  }

  private static String bytes(FieldDescriptor field, ByteString bytes) {
    return OtlpJsonScalars.isHex(field)
        ? HexFormat.of().formatHex(bytes.toByteArray())
        : Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
