package io.sluice.processors.sanitize;

import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.definitions.Detector;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RuleMode;
import io.sluice.schemas.definitions.ValueCheck;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a rule does with what it finds. Immutable. */
final class Rule {

  private static final int KEPT = 4;
  private static final int MIN_FOR_KEEPING = 8;

  private final String id;
  private final RedactionAction action;
  private final boolean enforced;
  private final byte[] placeholder;
  private final TokenKeys tokenKeys;
  private final FieldScope scope;
  private final Exceptions exceptions;
  private final @Nullable Check ofKeyed;
  private final Detector detector;
  private final boolean byWordNear;
  private final boolean phones;

  Rule(RedactionRule definition) {
    this(definition, TokenKeys.none());
  }

  /**
   * @param tokenKeys without one, what should become a token is redacted
   */
  Rule(RedactionRule definition, TokenKeys tokenKeys) {
    this.tokenKeys = tokenKeys;
    scope = new FieldScope(definition.scope());
    exceptions = new Exceptions(definition.exceptions());
    detector = definition.detector();
    ofKeyed = detector == Detector.KEYS ? Conditions.check(definition.conditions()) : null;
    byWordNear = detector == Detector.CARD || !definition.conditions().near().isEmpty();
    phones = definition.conditions().check() == ValueCheck.PHONE;
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

  /** Whether words near a value may decide. */
  boolean goesByWordNear() {
    return byWordNear;
  }

  /** Whether it finds phone numbers, which have no check digit. */
  boolean findsPhones() {
    return phones;
  }

  /** Whether it takes the literals of a statement, and not the whole of a key's value. */
  boolean isOfStatements() {
    return detector == Detector.STATEMENT;
  }

  /** Whether it writes what it finds in another way, so that nothing of it is lost. */
  boolean escapes() {
    return detector == Detector.CONTROL || detector == Detector.LINE_BREAK;
  }

  /** Whether it looks only where it is known which field it is. */
  boolean asksForField() {
    return detector == Detector.LINE_BREAK;
  }

  boolean masks() {
    return action == RedactionAction.MASK;
  }

  /** Whether pieces of a secret stay, at which other rules must look. */
  boolean keepsParts() {
    return masks() || action == RedactionAction.TRUNCATE_IP;
  }

  boolean tokenizes() {
    return action == RedactionAction.TOKENIZE;
  }

  /** Whether it takes away the field, not just the secret in it. */
  boolean dropsField() {
    return enforced && action == RedactionAction.DROP_FIELD;
  }

  /** The same for what it finds in text: of a key there only the value goes, not all the text. */
  boolean dropsText() {
    return dropsField() && detector != Detector.KEYS;
  }

  /** Whether it takes away the record. */
  boolean dropsRecord() {
    return enforced && action == RedactionAction.DROP_RECORD;
  }

  FieldScope scope() {
    return scope;
  }

  /** What the rule writes in the place of a secret that it does not mask or cut. */
  byte[] placeholder() {
    return placeholder;
  }

  /**
   * What takes the place of a secret; the placeholder also for what goes as a whole, so that it is
   * nowhere until then.
   */
  Slice replacement(byte[] buf, int start, int end) {
    if (escapes()) {
      return Slice.of(ControlCharacters.visible(buf, start, end));
    }
    byte[] replacement =
        switch (action) {
          case MASK -> mask(buf, start, end);
          case TOKENIZE -> token(DecodedText.innermost(buf, start, end));
          case TRUNCATE_IP -> IpPrefix.of(buf, start, end);
          case REDACT, DROP_FIELD, DROP_RECORD -> placeholder;
        };
    return Slice.of(replacement == null ? placeholder : replacement);
  }

  private byte @Nullable [] token(Slice value) {
    return tokenKeys.token(value.array(), value.start(), value.end());
  }

  /** What takes the place of a list, a map or a truth value. */
  Slice replacementOfStructure() {
    return Slice.of(masks() ? new byte[] {'*', '*', '*', '*'} : placeholder);
  }

  /** Whether it asks more of a value than the name of its key. */
  boolean checksKeyed() {
    return ofKeyed != null;
  }

  /**
   * Whether the rule would leave this value as it is: it is on its list, fails the check of a value
   * found by its key, or is a cut address.
   */
  boolean leaves(byte[] buf, int start, int end) {
    if (exceptions.contain(buf, start, end)
        || (ofKeyed != null && !ofKeyed.accepts(buf, start, end))) {
      return true;
    }
    byte[] prefix = action == RedactionAction.TRUNCATE_IP ? IpPrefix.of(buf, start, end) : null;
    return prefix != null && Arrays.equals(prefix, 0, prefix.length, buf, start, end);
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
