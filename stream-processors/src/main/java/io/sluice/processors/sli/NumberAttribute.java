package io.sluice.processors.sli;

import io.sluice.schemas.otlp.AnyValueView;
import org.jspecify.annotations.Nullable;

/** An attribute's number. */
final class NumberAttribute {

  private NumberAttribute() {}

  /** NaN when it is absent or no number. */
  static double of(@Nullable AnyValueView value) {
    if (value == null) {
      return Double.NaN;
    }
    AnyValueView.Type type = value.type();
    boolean number = type == AnyValueView.Type.INT || type == AnyValueView.Type.DOUBLE;
    return number ? value.doubleValue() : Double.NaN;
  }
}
