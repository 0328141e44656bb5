package io.sluice.schemas.settings;

/**
 * Where a setting's value comes from.
 *
 * @param source a file's name, {@code default}, or another name such as {@code --port}
 * @param line line in the file, from 1; 0 for what has no lines
 */
public record Origin(String source, int line) {

  /** The value that the code has when nobody says otherwise. */
  public static final Origin DEFAULT = new Origin("default", 0);

  /** An origin without lines: an environment variable, a flag. */
  public static Origin of(String source) {
    return new Origin(source, 0);
  }

  /** As people and editors write it: {@code sluice.yaml:12}. */
  @Override
  public String toString() {
    return line > 0 ? source + ":" + line : source;
  }
}
