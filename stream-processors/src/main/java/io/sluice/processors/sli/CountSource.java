package io.sluice.processors.sli;

import org.jspecify.annotations.Nullable;

/**
 * The record whose events a partial count is of.
 *
 * @param topic as the catalogue names it
 */
record CountSource(String topic, int partition, long offset) {

  /** The header of a partial count that has it. */
  static final String HEADER = "from";

  /** Null for what a build before wrote, or somebody else. */
  static @Nullable CountSource parse(@Nullable String text) {
    String[] parts = text == null ? new String[0] : text.split("/");
    try {
      return parts.length != 3
          ? null
          : new CountSource(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return topic + "/" + partition + "/" + offset;
  }
}
