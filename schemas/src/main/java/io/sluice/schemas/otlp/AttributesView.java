package io.sluice.schemas.otlp;

import java.util.List;
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
    ProtoReader in = message.reader();
    ProtoReader entry = Slice.empty().reader();
    while (in.next()) {
      if (in.field() == field) {
        in.enter(entry);
        Slice value = valueIf(entry, key);
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

  /**
   * The text of the first of these keys that has one which is not empty; empty when none has. Walks
   * over the entries once, whatever the number of keys.
   *
   * @param keys the best first; none of them empty
   */
  public String firstText(List<String> keys) {
    @Nullable Slice[] values = new Slice[keys.size()];
    ProtoReader in = message.reader();
    ProtoReader entry = Slice.empty().reader();
    while (in.next()) {
      if (in.field() != field) {
        continue;
      }
      in.enter(entry);
      int key = -1;
      Slice value = Slice.empty();
      while (entry.next()) {
        if (entry.field() == 1) {
          key = indexOf(entry, keys);
        } else if (entry.field() == 2) {
          value = entry.slice();
        }
      }
      if (key >= 0 && values[key] == null) {
        values[key] = value;
      }
    }
    for (Slice value : values) {
      String text = value == null ? null : new AnyValueView(value).scalarText();
      if (text != null && !text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  private static int indexOf(ProtoReader text, List<String> keys) {
    for (int i = 0; i < keys.size(); i++) {
      if (text.textEquals(keys.get(i))) {
        return i;
      }
    }
    return -1;
  }

  /** Every key with its value, in the order of the bytes. */
  public void forEach(BiConsumer<String, AnyValueView> consumer) {
    forEachOfBytes((key, value) -> consumer.accept(key.utf8(), value));
  }

  /** The same with each key as its bytes, for walks that make no text of it. */
  public void forEachOfBytes(BiConsumer<Slice, AnyValueView> consumer) {
    ProtoReader in = message.reader();
    ProtoReader entry = Slice.empty().reader();
    while (in.next()) {
      if (in.field() != field) {
        continue;
      }
      in.enter(entry);
      Slice key = Slice.empty();
      Slice value = Slice.empty();
      while (entry.next()) {
        if (entry.field() == 1) {
          key = entry.slice();
        } else if (entry.field() == 2) {
          value = entry.slice();
        }
      }
      consumer.accept(key, new AnyValueView(value));
    }
  }

  /** The value's bytes when the entry has this key, else null. An absent key is the empty one. */
  private static @Nullable Slice valueIf(ProtoReader entry, String wanted) {
    boolean matches = wanted.isEmpty();
    Slice value = Slice.empty();
    while (entry.next()) {
      if (entry.field() == 1) {
        matches = entry.textEquals(wanted);
      } else if (entry.field() == 2) {
        value = entry.slice();
      }
    }
    return matches ? value : null;
  }
}
