package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What else must be true of a value, and how far a rule looks around a word to find it.
 *
 * @param maxLength for {@link Detector#PATTERN}: no match is longer than this many bytes
 * @param near words of which one must stand close by, in any case, with {@code -}, {@code _},
 *     blanks or nothing between their parts; empty when the value alone decides
 * @param within how close: bytes between such a word and the match
 * @param check what the value must meet; null when its form alone decides
 * @param except for {@link Detector#KEYS} and {@link Detector#ASSIGNMENT}: names that are none,
 *     although {@code keys} has them
 */
public record ValueConditions(
    int maxLength, List<String> near, int within, @Nullable ValueCheck check, List<String> except) {

  /** How long a match may be unless the rule says. */
  public static final int DEFAULT_MAX_LENGTH = 512;

  /** How far a word may stand unless the rule says. */
  public static final int DEFAULT_WITHIN = 48;

  /** Nothing more is asked. */
  public static final ValueConditions NONE =
      new ValueConditions(DEFAULT_MAX_LENGTH, List.of(), DEFAULT_WITHIN, null, List.of());

  private static final int MOST_LENGTH = 65_536;
  private static final int MOST_WITHIN = 1024;

  public ValueConditions {
    unless(
        "maxLength",
        maxLength >= 1 && maxLength <= MOST_LENGTH,
        "1 to " + MOST_LENGTH + " bytes",
        maxLength);
    unless(
        "within", within >= 1 && within <= MOST_WITHIN, "1 to " + MOST_WITHIN + " bytes", within);
    near = List.copyOf(near);
    except = List.copyOf(except);
  }
}
