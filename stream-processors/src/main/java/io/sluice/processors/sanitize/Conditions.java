package io.sluice.processors.sanitize;

import io.sluice.schemas.definitions.ValueCheck;
import io.sluice.schemas.definitions.ValueConditions;
import org.jspecify.annotations.Nullable;

/** What a value must meet besides its form. Immutable; takes time in proportion to the value. */
final class Conditions {

  private final @Nullable NearWords near;
  private final @Nullable Check check;

  /** Whether nothing but its form tells a value from the examples in manuals. */
  private final boolean mayBeMadeUp;

  private final boolean email;

  /**
   * @param placeholders near which words announce nothing
   */
  Conditions(ValueConditions asked, Placeholders placeholders) {
    near = asked.near().isEmpty() ? null : near(asked, placeholders);
    check = check(asked);
    mayBeMadeUp = asked.check() == null || asked.check() == ValueCheck.ENTROPY;
    email = asked.check() == ValueCheck.EMAIL;
  }

  private static NearWords near(ValueConditions asked, Placeholders placeholders) {
    return asked.check() == ValueCheck.PHONE
        ? new NearWords(asked.near(), asked.within(), placeholders, PhoneWords::announce)
        : new NearWords(asked.near(), asked.within(), placeholders);
  }

  static @Nullable Check check(ValueConditions asked) {
    return asked.check() == null ? null : Check.of(asked.check());
  }

  /** How many bytes a value has at least because of its check. */
  static int fewestBytes(ValueConditions asked) {
    return asked.check() == ValueCheck.PHONE ? PhoneNumber.FEWEST : 1;
  }

  /** Whether a word must stand near a value. */
  boolean askForWord() {
    return near != null;
  }

  private static boolean isNoMail(byte[] buf, int from, int start, int end) {
    return UrlUserInfoDetector.isUserInfo(buf, from, start)
        || MessageId.isOne(buf, from, start, end);
  }

  boolean hold(byte[] buf, int from, int to, int start, int end) {
    return !(mayBeMadeUp && NoSecret.isMadeUp(buf, start, end))
        && (check == null || check.accepts(buf, start, end))
        && !(email && isNoMail(buf, from, start, end))
        && (near == null || near.stand(buf, from, to, start, end));
  }
}
