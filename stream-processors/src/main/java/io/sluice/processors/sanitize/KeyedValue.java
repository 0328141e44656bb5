package io.sluice.processors.sanitize;

import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.OtlpRewriter;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The value of an attribute or map entry, as a rule sees it that takes all of it. */
final class KeyedValue {

  private final AnyValueView value;

  /**
   * @param message an {@code AnyValue}
   */
  KeyedValue(Slice message) {
    this(new AnyValueView(message));
  }

  private KeyedValue(AnyValueView value) {
    this.value = value;
  }

  /** Whether there is nothing to hide. */
  boolean isEmpty() {
    return switch (value.type()) {
      case EMPTY -> true;
      case BOOL, INT, DOUBLE -> false;
      case ARRAY, KVLIST, STRING, BYTES -> value.payload().isEmpty();
    };
  }

  /** True or false: no secret has so few values. */
  boolean isTruth() {
    return value.type() == AnyValueView.Type.BOOL;
  }

  /** The value as one text, a number as its decimal digits; null when it is none. */
  @Nullable Slice text() {
    return switch (value.type()) {
      case STRING, BYTES -> value.payload();
      case INT -> ascii(Long.toString(value.intValue()));
      case DOUBLE -> ascii(decimal(value.doubleValue()));
      case EMPTY, BOOL, ARRAY, KVLIST -> null;
    };
  }

  /** Whether this, or a text or number in this list or map, fits. Truth values do not. */
  boolean anyFits(Predicate<Slice> fits) {
    return anyFits(fits, 0);
  }

  private boolean anyFits(Predicate<Slice> fits, int depth) {
    Slice text = text();
    if (text != null) {
      return fits.test(text);
    }
    if (depth > OtlpRewriter.MAX_DEPTH) {
      return true; // the walk refuses it
    }
    boolean[] any = {false};
    value.forEachItem(item -> any[0] = any[0] || new KeyedValue(item).anyFits(fits, depth + 1));
    value
        .entries()
        .forEachOfBytes(
            (key, item) -> any[0] = any[0] || new KeyedValue(item).anyFits(fits, depth + 1));
    return any[0];
  }

  /** What a rule makes of it. */
  Slice under(Rule rule) {
    Slice text = text();
    if (text == null && rule.tokenizes() && !isTruth()) {
      text = value.payload();
    }
    return text == null
        ? rule.replacementOfStructure()
        : rule.replacement(text.array(), text.start(), text.end());
  }

  /** Equal to the digits of the same number sent as an integer. */
  private static String decimal(double number) {
    boolean whole = number == Math.rint(number) && Math.abs(number) < 0x1p63;
    return whole ? Long.toString((long) number) : Double.toString(number);
  }

  private static Slice ascii(String text) {
    return Slice.of(text.getBytes(StandardCharsets.US_ASCII));
  }
}
