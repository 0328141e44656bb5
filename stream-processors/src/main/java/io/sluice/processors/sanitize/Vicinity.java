package io.sluice.processors.sanitize;

/**
 * What must stand around a word so that a rule has anything to look for there. It is asked of every
 * place where a word stands, so it takes a few bytes and gives no proof: that is the rule's work.
 */
@FunctionalInterface
interface Vicinity {

  /** What nothing is known of: every place is looked at. */
  Vicinity ANY = (buf, from, to, end) -> true;

  /**
   * Whether the rule may find something because of the word that stands here.
   *
   * @param end one after the word
   */
  boolean allows(byte[] buf, int from, int to, int end);
}
