package io.sluice.schemas.otlp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An OTLP {@code AnyValue}. When the bytes set the value more than once, the last holds. (protobuf
 * would merge two arrays or two lists; no encoder writes that.)
 *
 * <p>Values nest as deep as a sender likes: who descends through {@link #entries} or {@link
 * #forEachItem} keeps a limit.
 */
public final class AnyValueView {

  /** Which alternative is set. */
  public enum Type {
    EMPTY,
    STRING,
    BOOL,
    INT,
    DOUBLE,
    ARRAY,
    KVLIST,
    BYTES
  }

  private Type type = Type.EMPTY;
  private Slice payload = Slice.empty();
  private long number;

  public AnyValueView(Slice bytes) {
    ProtoReader in = bytes.reader();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> set(Type.STRING, in.slice());
        case 2 -> set(Type.BOOL, in.varint());
        case 3 -> set(Type.INT, in.varint());
        case 4 -> set(Type.DOUBLE, in.fixed64());
        case 5 -> set(Type.ARRAY, in.slice());
        case 6 -> set(Type.KVLIST, in.slice());
        case 7 -> set(Type.BYTES, in.slice());
        default -> {}
      }
    }
  }

  public Type type() {
    return type;
  }

  /** The string, bytes, array or list as bytes of the input; empty for other types. */
  public Slice payload() {
    return payload;
  }

  /** An INT, or a DOUBLE without its fraction; 0 for a type that is no number. */
  public long intValue() {
    return type == Type.DOUBLE ? (long) doubleValue() : intOrZero();
  }

  /** A DOUBLE or an INT; 0 for a type that is no number. */
  public double doubleValue() {
    return type == Type.DOUBLE ? Double.longBitsToDouble(number) : intOrZero();
  }

  private long intOrZero() {
    return type == Type.INT ? number : 0;
  }

  public boolean boolValue() {
    return type == Type.BOOL && number != 0;
  }

  /** The entries of a KVLIST; none for another type. */
  public AttributesView entries() {
    return new AttributesView(type == Type.KVLIST ? payload : Slice.empty(), 1);
  }

  /** Every item of an ARRAY in its order; none for another type. */
  public void forEachItem(Consumer<AnyValueView> consumer) {
    if (type != Type.ARRAY) {
      return;
    }
    ProtoReader in = payload.reader();
    while (in.next()) {
      if (in.field() == 1) {
        consumer.accept(new AnyValueView(in.slice()));
      }
    }
  }

  /** A scalar as people write it; null for EMPTY, ARRAY, KVLIST and BYTES. */
  public @Nullable String scalarText() {
    return switch (type) {
      case STRING -> payload.utf8();
      case BOOL -> Boolean.toString(number != 0);
      case INT -> Long.toString(number);
      case DOUBLE -> Double.toString(doubleValue());
      case EMPTY, ARRAY, KVLIST, BYTES -> null;
    };
  }

  private void set(Type newType, Slice newPayload) {
    type = newType;
    payload = newPayload;
    number = 0;
  }

  private void set(Type newType, long newNumber) {
    type = newType;
    number = newNumber;
    payload = Slice.empty();
  }
}
