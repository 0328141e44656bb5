package io.sluice.schemas.otlp;

import org.jspecify.annotations.Nullable;

/**
 * Looks at everything in an OTLP request that can hold text, and may change it. Called by {@link
 * OtlpRewriter} in the order of the bytes; what is passed is valid during the call only.
 */
public interface OtlpVisitor {

  /**
   * Returned in place of a replacement: the attribute or map entry around goes, key and all; or,
   * where there is none, the field. Known by its identity.
   */
  Slice DROP = Slice.of(new byte[0]);

  /**
   * An attribute, or an entry of a nested map, before its key and value are visited.
   *
   * @param path where it is, with the key as the last segment
   * @param key the key
   * @param value the {@code AnyValue} message
   * @return what the value becomes, as a string, whatever it was; null to visit it
   */
  @Nullable Slice attribute(FieldPath path, ByteRange key, ByteRange value);

  /**
   * A string field, or the key of an attribute.
   *
   * @return what it becomes; null to leave it
   */
  @Nullable Slice text(FieldPath path, ByteRange text);

  /**
   * A bytes field: it may hold text, or anything.
   *
   * @return what it becomes; null to leave it
   */
  default @Nullable Slice bytes(FieldPath path, ByteRange bytes) {
    return text(path, bytes);
  }

  /**
   * A whole number in an {@code AnyValue}, also one that was sent as a double.
   *
   * @return the string that takes its place; null to leave it
   */
  @Nullable Slice integer(FieldPath path, long value);

  /**
   * A length-delimited field or group that this build does not know, perhaps from a newer OTLP. It
   * can only pass as it is or be left out, since its encoding is unknown.
   *
   * @return whether it passes
   */
  boolean unknown(FieldPath path, ByteRange field);
}
