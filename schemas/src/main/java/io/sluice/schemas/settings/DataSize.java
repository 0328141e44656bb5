package io.sluice.schemas.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 512}, {@code 64KiB}, {@code 8MiB}, {@code 1GiB}.
 *
 * @param bytes zero or more
 */
public record DataSize(long bytes) {

  private static final Pattern SYNTAX = Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB)?");

  public DataSize {
    InvalidSettingException.unless("bytes", bytes >= 0, "zero or more", bytes);
  }

  public static DataSize ofKiB(long kib) {
    return new DataSize(kib << 10);
  }

  public static DataSize ofMiB(long mib) {
    return new DataSize(mib << 20);
  }

  /**
   * @throws IllegalArgumentException with a sentence that shows the syntax
   */
  @JsonCreator
  public static DataSize parse(String text) {
    Matcher matcher = SYNTAX.matcher(text.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("expected a size such as 512B, 64KiB, 8MiB or 1GiB");
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    int shift =
        switch (unit) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 0;
        };
    if (number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("expected a size of at most 8 EiB");
    }
    return new DataSize(number << shift);
  }

  /** The bytes as an int, for what fits an array. */
  public int toIntExact() {
    return Math.toIntExact(bytes);
  }

  @Override
  @JsonValue
  public String toString() {
    String[] units = {"GiB", "MiB", "KiB"};
    for (int i = 0; i < units.length; i++) {
      int shift = 30 - 10 * i;
      if (bytes >= 1L << shift && bytes % (1L << shift) == 0) {
        return (bytes >> shift) + units[i];
      }
    }
    return bytes + "B";
  }
}
