package io.sluice.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/** Values of fields that are no messages: from the text of JSON, and to protobuf. */
final class OtlpJsonScalars {

  private static final Set<String> HEX_FIELDS =
      Set.of("traceId", "spanId", "parentSpanId", "profileId");
  private static final BigInteger UNSIGNED_LONGS = BigInteger.ONE.shiftLeft(Long.SIZE);
  private static final int LONGEST_WHOLE_NUMBER = 40;

  private OtlpJsonScalars() {}

  /**
   * The value as protobuf's Java classes hold it; an enum as its number.
   *
   * @throws IllegalArgumentException when the text is no value of the field; see {@link #expected}
   * @throws ArithmeticException likewise
   */
  static Object parse(FieldDescriptor field, String text) {
    return switch (field.getJavaType()) {
      case STRING -> wellFormed(text);
      case BOOLEAN -> bool(text);
      case INT -> integer(field, text);
      case LONG -> isUnsigned(field) ? unsignedLong(text) : whole(text).longValueExact();
      case FLOAT -> Float.parseFloat(text);
      case DOUBLE -> Double.parseDouble(text);
      case BYTE_STRING -> bytes(text, field);
      case ENUM -> enumNumber(text, field);
      case MESSAGE -> throw new IllegalStateException("a message is no scalar");
    };
  }

  /** What the text should have been. */
  static String expected(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case BYTE_STRING -> isHex(field) ? "hex digits" : "base64";
      case BOOLEAN -> "true or false";
      case ENUM -> "a number or name of " + field.getEnumType().getName();
      case STRING, MESSAGE -> "text";
      case INT, LONG, FLOAT, DOUBLE -> "a number";
    };
  }

  /** Whether protobuf leaves the value out, unless the field tells absent from default. */
  static boolean isDefault(FieldDescriptor field, Object value) {
    return field.getJavaType() == FieldDescriptor.JavaType.ENUM
        ? value.equals(0)
        : value.equals(field.getDefaultValue());
  }

  static void writeTag(FieldDescriptor field, ProtoWriter out) {
    int wireType =
        switch (field.getType()) {
          case STRING, BYTES -> ProtoReader.LEN;
          case DOUBLE, FIXED64, SFIXED64 -> ProtoReader.FIXED64;
          case FLOAT, FIXED32, SFIXED32 -> ProtoReader.FIXED32;
          default -> ProtoReader.VARINT;
        };
    out.tag(field.getNumber(), wireType);
  }

  /** The value without a tag. */
  static void write(FieldDescriptor field, Object value, ProtoWriter out) {
    switch (field.getType()) {
      case STRING -> sized(((String) value).getBytes(StandardCharsets.UTF_8), out);
      case BYTES -> sized(((ByteString) value).toByteArray(), out);
      case DOUBLE -> littleEndian(Double.doubleToRawLongBits((double) value), 8, out);
      case FIXED64, SFIXED64 -> littleEndian((long) value, 8, out);
      case FLOAT -> littleEndian(Float.floatToRawIntBits((float) value), 4, out);
      case FIXED32, SFIXED32 -> littleEndian((int) value, 4, out);
      case BOOL -> out.rawVarint((boolean) value ? 1 : 0);
      case INT32, ENUM -> out.rawVarint((int) value);
      case UINT32 -> out.rawVarint(Integer.toUnsignedLong((int) value));
      case SINT32 ->
          out.rawVarint(Integer.toUnsignedLong(((int) value << 1) ^ ((int) value >> 31)));
      case INT64, UINT64 -> out.rawVarint((long) value);
      case SINT64 -> out.rawVarint(((long) value << 1) ^ ((long) value >> 63));
      case MESSAGE, GROUP -> throw new IllegalStateException("a message is no scalar");
    }
  }

  private static void sized(byte[] bytes, ProtoWriter out) {
    out.rawVarint(bytes.length);
    out.raw(bytes, 0, bytes.length);
  }

  private static void littleEndian(long bits, int width, ProtoWriter out) {
    byte[] bytes = new byte[width];
    for (int i = 0; i < width; i++) {
      bytes[i] = (byte) (bits >>> (8 * i));
    }
    out.raw(bytes, 0, width);
  }

  private static boolean bool(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new IllegalArgumentException("neither true nor false");
  }

  private static int integer(FieldDescriptor field, String text) {
    long number = whole(text).longValueExact();
    return isUnsigned(field)
        ? Integer.parseUnsignedInt(Long.toString(number))
        : Math.toIntExact(number);
  }

  private static long unsignedLong(String text) {
    BigInteger number = whole(text).toBigIntegerExact();
    if (number.signum() < 0 || number.compareTo(UNSIGNED_LONGS) >= 0) {
      throw new ArithmeticException("not 64 bits");
    }
    return number.longValue();
  }

  /** JSON knows no integers: 1e3 and 1000.0 are as good as 1000. Long ones take long to read. */
  private static BigDecimal whole(String text) {
    if (text.length() > LONGEST_WHOLE_NUMBER) {
      throw new ArithmeticException("longer than a number of 64 bits");
    }
    BigDecimal number = new BigDecimal(text);
    if (Math.abs((long) number.scale()) > LONGEST_WHOLE_NUMBER) {
      throw new ArithmeticException("far from 64 bits");
    }
    return number;
  }

  private static ByteString bytes(String text, FieldDescriptor field) {
    return ByteString.copyFrom(
        isHex(field)
            ? HexFormat.of().parseHex(text)
            : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
  }

  private static int enumNumber(String text, FieldDescriptor field) {
    EnumValueDescriptor byName = field.getEnumType().findValueByName(text);
    return byName != null ? byName.getNumber() : Integer.parseInt(text);
  }

  /** A lone half of a surrogate pair is not text, and protobuf would refuse it later. */
  private static String wellFormed(String text) {
    return text.chars().anyMatch(c -> Character.isSurrogate((char) c))
        ? replaceLoneSurrogates(text)
        : text;
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

  static boolean isHex(FieldDescriptor field) {
    return HEX_FIELDS.contains(field.getJsonName());
  }

  static boolean isUnsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false;
    };
  }
}
