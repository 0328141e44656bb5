package io.sluice.schemas.settings;

/** A setting whose value is impossible. The reader of the file adds file, line and full key. */
public final class InvalidSettingException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final String expected;

  private InvalidSettingException(String key, String expected, String actual) {
    super(key + ": expected " + expected + ", got " + actual);
    this.key = key;
    this.expected = expected;
  }

  /**
   * For compact constructors: refuses a value.
   *
   * @param key the record component
   * @param valid whether the value is possible
   * @param expected completes "expected …"
   * @param actual the value as given; leave secrets out
   */
  public static void unless(String key, boolean valid, String expected, Object actual) {
    if (!valid) {
      throw new InvalidSettingException(key, expected, String.valueOf(actual));
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
}
