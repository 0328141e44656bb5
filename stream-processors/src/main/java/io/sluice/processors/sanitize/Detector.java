package io.sluice.processors.sanitize;

import java.util.List;

/**
 * Looks at the bytes around a place that the automaton found. Immutable: one serves all threads.
 * However the bytes are made, all calls for one text together take time in proportion to it.
 */
interface Detector {

  /** A place at which to look. */
  @SuppressWarnings("ArrayRecordComponent") // built once, never compared
  record Anchor(int[] symbols, boolean loose, Vicinity vicinity) {

    static Anchor exact(String text) {
      return exact(text, Vicinity.ANY);
    }

    static Anchor exact(String text, Vicinity vicinity) {
      return new Anchor(LiteralAutomaton.Builder.symbols(text, false), false, vicinity);
    }

    static Anchor loose(String text) {
      return new Anchor(LiteralAutomaton.Builder.symbols(text, true), true, Vicinity.ANY);
    }
  }

  /** The literals near which this detector looks, without case. */
  List<Anchor> anchors();

  /**
   * Adds what is found.
   *
   * @param from start of the text
   * @param to its end
   * @param anchor one after the anchor's last byte
   * @return the place up to which the detector has seen everything: anchors before it are skipped
   */
  int look(byte[] buf, int from, int to, int anchor, Found found);

  /**
   * The same for a detector that must not look twice at what it has seen.
   *
   * @param seen what the last call for this text returned, or its start
   */
  default int look(byte[] buf, int from, int to, int seen, int anchor, Found found) {
    return look(buf, from, to, anchor, found);
  }

  /** Whether it also looks at what is encoded in a text, and not only at the text as it stands. */
  default boolean looksInside() {
    return true;
  }

  /** Whether it looks only into fields of which it is known what they are, never at mere text. */
  default boolean asksForField() {
    return false;
  }

  /** Takes the ranges found. */
  @FunctionalInterface
  interface Found {
    void add(int start, int end);
  }
}
