package io.sluice.processors.sanitize;

import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RuleMode;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;

/** What a rule does with what it finds. Immutable. */
final class Rule {

  private static final int KEPT = 4;
  private static final int MIN_FOR_KEEPING = 8;

  private final String id;
  private final RedactionAction action;
  private final boolean enforced;
  private final byte[] placeholder;

  Rule(RedactionRule definition) {
    id = definition.id();
    action = definition.action();
    enforced = definition.mode() == RuleMode.ENFORCE;
    placeholder = definition.placeholder().getBytes(StandardCharsets.UTF_8);
  }

  String id() {
    return id;
  }

  RedactionAction action() {
    return action;
  }

  /** False for a rule that counts and changes nothing. */
  boolean enforced() {
    return enforced;
  }

  boolean masks() {
    return action == RedactionAction.MASK;
  }

  /** What takes the place of a secret. */
  Slice replacement(byte[] buf, int start, int end) {
    return Slice.of(masks() ? mask(buf, start, end) : placeholder);
  }

  /** What takes the place of a secret that is no text. */
  Slice replacement() {
    return Slice.of(masks() ? new byte[] {'*', '*', '*', '*'} : placeholder);
  }

  boolean isPlaceholder(byte[] buf, int start, int end) {
    return !masks() && new Slice(buf, start, end).contentEquals(placeholder);
  }

  /** Whether this is what {@link #mask} leaves: stars, then no more than it keeps. */
  static boolean isMasked(byte[] buf, int start, int end) {
    int i = start;
    while (i < end && buf[i] == '*') {
      i++;
    }
    return i > start && end - i <= KEPT;
  }

  private static byte[] mask(byte[] buf, int start, int end) {
    int known = 0;
    for (int i = start; i < end; i++) {
      known += Ascii.isAlphanumeric(buf[i]) ? 1 : 0;
    }
    int keep = known < MIN_FOR_KEEPING ? 0 : KEPT;
    int keptFrom = end;
    while (keep > 0) {
      keep -= Ascii.isAlphanumeric(buf[--keptFrom]) ? 1 : 0;
    }
    byte[] masked = new byte[keptFrom - start + Math.min(KEPT, end - keptFrom)];
    int size = 0;
    for (int i = start; i < end; i++) {
      if (i < keptFrom) {
        masked[size++] = '*';
      } else if (Ascii.isAlphanumeric(buf[i])) {
        masked[size++] = buf[i];
      }
    }
    return masked;
  }
}
