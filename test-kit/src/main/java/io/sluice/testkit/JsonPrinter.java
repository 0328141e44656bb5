package io.sluice.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Prints messages as OTLP's JSON, for tests: 64-bit numbers as text, ids in hex, enums as numbers.
 */
public final class JsonPrinter {

  private JsonPrinter() {}

  public static String print(Message message) {
    return message.getAllFields().entrySet().stream()
        .map(
            field ->
                quote(field.getKey().getJsonName()) + ":" + all(field.getKey(), field.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String all(FieldDescriptor field, Object value) {
    return field.isRepeated()
        ? ((List<?>) value)
            .stream().map(each -> one(field, each)).collect(Collectors.joining(",", "[", "]"))
        : one(field, value);
  }

  private static String one(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case MESSAGE -> print((Message) value);
      case STRING -> quote((String) value);
      case BYTE_STRING -> quote(bytes(field, (ByteString) value));
      case ENUM -> Integer.toString(((EnumValueDescriptor) value).getNumber());
      case LONG -> quote(unsigned(field) ? Long.toUnsignedString((long) value) : value.toString());
      case INT ->
          unsigned(field) ? Integer.toUnsignedString((int) value) : Integer.toString((int) value);
      case FLOAT, DOUBLE ->
          Double.isFinite(((Number) value).doubleValue())
              ? value.toString()
              : quote(value.toString());
      case BOOLEAN -> value.toString();
    };
  }

  private static String bytes(FieldDescriptor field, ByteString bytes) {
    String name = field.getName();
    return name.equals("trace_id") || name.endsWith("span_id")
        ? HexFormat.of().formatHex(bytes.toByteArray())
        : Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static boolean unsigned(FieldDescriptor field) {
    String type = field.getType().name().toLowerCase(Locale.ROOT);
    return type.startsWith("uint") || type.startsWith("fixed");
  }

  private static String quote(String text) {
    return text.chars()
        .mapToObj(
            c -> c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted(c) : Character.toString(c))
        .collect(Collectors.joining("", "\"", "\""));
  }
}
