package io.sluice.processors.sanitize;

import java.util.BitSet;
import java.util.List;

/**
 * Whether a value may stand as close to a word as a rule asks: bytes of values in a row, as many as
 * the shortest value has. Most words that announce values stand in texts that have none. Immutable.
 */
final class WordNearMatch implements Vicinity {

  private final int symbols;
  private final int within;
  private final ByteSets ofValues;
  private final int shortest;

  /**
   * @param word without separators, as {@link NearWords} has it
   * @param within how far from the word the value is at most
   * @param ofValues the bytes of which values are made
   * @param shortest how many bytes a value has at least
   */
  WordNearMatch(int[] word, int within, BitSet ofValues, int shortest) {
    this.symbols = word.length;
    this.within = within;
    this.ofValues = new ByteSets(List.of(ofValues));
    this.shortest = shortest;
  }

  @Override
  public boolean allows(byte[] buf, int from, int to, int end) {
    int limit = Math.max(from, end - within - NearWords.MAX_WORD);
    int start = NearWords.startOf(buf, limit, end, symbols);
    return NearWords.startsWord(buf, from, start)
        && NearWords.endsWord(buf, end, to)
        && (isBehind(buf, from, to, end) || isBefore(buf, from, to, start));
  }

  private boolean isBehind(byte[] buf, int from, int to, int word) {
    int latest = (int) Math.min(to, (long) word + within);
    int row = 0;
    for (int i = word; i < to && (row > 0 || i <= latest); i++) {
      row = ofValues.standAt(buf, from, to, i) ? row + 1 : 0;
      if (row == shortest) {
        return true;
      }
    }
    return false;
  }

  private boolean isBefore(byte[] buf, int from, int to, int word) {
    int earliest = (int) Math.max(from, (long) word - within);
    int row = 0;
    for (int i = word - 1; i >= from && (row > 0 || i >= earliest - 1); i--) {
      row = ofValues.standAt(buf, from, to, i) ? row + 1 : 0;
      if (row == shortest) {
        return true;
      }
    }
    return false;
  }
}
