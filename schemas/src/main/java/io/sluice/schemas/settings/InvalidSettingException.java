package io.sluice.schemas.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A setting whose value is impossible. The reader of the file adds file, line and full key. */
public final class InvalidSettingException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final String expected;
  private final String actual;

  private InvalidSettingException(String key, String expected, String actual) {
    super(key + ": expected " + expected + ", got " + actual);
    this.key = key;
    this.expected = expected;
    this.actual = actual;
  }

  /**
   * For compact constructors: refuses a value.
   *
   * @param key the record component
   * @param valid whether the value is possible
   * @param expected completes "expected …"
   * @param actual the value as given; leave secrets out
   */
  public static void unless(String key, boolean valid, String expected, @Nullable Object actual) {
    if (!valid) {
      String shown =
          actual instanceof Duration duration
              ? DurationText.format(duration)
              : String.valueOf(actual);
      throw new InvalidSettingException(key, expected, shown);
    }
  }

  /** The key inside its record. */
  public String key() {
    return key;
  }

  /** Completes "expected …". */
  public String expected() {
    return expected;
  }

  /** The value as the record had it. */
  public String actual() {
    return actual;
  }
}
