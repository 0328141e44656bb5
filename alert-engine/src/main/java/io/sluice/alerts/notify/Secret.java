package io.sluice.alerts.notify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A text that stands in a file or in the environment, so that it is in no configuration. */
final class Secret {

  private static final String FILE = "file:";
  private static final String VARIABLE = "env:";

  private Secret() {}

  static boolean isSource(String source) {
    return (source.startsWith(FILE) && source.length() > FILE.length())
        || (source.startsWith(VARIABLE)
            && source.length() > VARIABLE.length()
            && !source.startsWith(VARIABLE + "SLUICE_"));
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException when there is nothing at that place
   */
  static String read(String source) {
    String text;
    if (source.startsWith(FILE)) {
      Path file = Path.of(source.substring(FILE.length()));
      try {
        text = Files.readString(file).strip();
      } catch (IOException e) {
        throw new UncheckedIOException("the notifier cannot read " + file, e);
      }
    } else {
      String value = System.getenv(source.substring(VARIABLE.length()));
      text = value == null ? "" : value.strip();
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("notifier: nothing is at " + source);
    }
    return text;
  }
}
