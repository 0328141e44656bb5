package io.sluice.schemas.otlp;

import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The repeated {@code KeyValue} field of a message, read on each call. With the same key twice, the
 * first holds.
 */
public final class AttributesView {

  private final Slice message;
  private final int field;

  /**
   * @param message the message that has the attributes
   * @param field their field number in it
   */
  public AttributesView(Slice message, int field) {
    this.message = message;
    this.field = field;
  }

  /** The value of a key, or null. */
  public @Nullable AnyValueView get(String key) {
    byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
    ProtoReader in = message.reader();
    while (in.next()) {
      if (in.field() == field) {
        Slice value = valueIf(in.message(), wanted);
        if (value != null) {
          return new AnyValueView(value);
        }
      }
    }
    return null;
  }

  /** The value of a key as text, or null when it is absent or no scalar. */
  public @Nullable String text(String key) {
    AnyValueView value = get(key);
    return value == null ? null : value.scalarText();
  }

  /** Every key with its value, in the order of the bytes. */
  public void forEach(BiConsumer<String, AnyValueView> consumer) {
    ProtoReader in = message.reader();
    while (in.next()) {
      if (in.field() != field) {
        continue;
      }
      ProtoReader entry = in.message();
      String key = "";
      Slice value = Slice.of(new byte[0]);
      while (entry.next()) {
        if (entry.field() == 1) {
          key = entry.utf8();
        } else if (entry.field() == 2) {
          value = entry.slice();
        }
      }
      consumer.accept(key, new AnyValueView(value));
    }
  }

  private static @Nullable Slice valueIf(ProtoReader entry, byte[] wanted) {
    boolean matches = false;
    Slice value = null;
    while (entry.next()) {
      if (entry.field() == 1) {
        matches = entry.slice().contentEquals(wanted);
      } else if (entry.field() == 2) {
        value = entry.slice();
      }
    }
    if (!matches) {
      return null;
    }
    return value == null ? Slice.of(new byte[0]) : value;
  }
}
