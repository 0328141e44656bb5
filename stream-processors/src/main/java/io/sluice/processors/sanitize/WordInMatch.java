package io.sluice.processors.sanitize;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes may stand in the place of a word and around it when the word is part of a match of a
 * pattern. Most words that stand in text by chance are told from it after one or two bytes, so that
 * the pattern itself is tried only where it has a chance. Immutable.
 */
final class WordInMatch implements Vicinity {

  private final ByteSets bytes;
  private final int start;

  /**
   * @param start how far before the end of the word the first of the bytes stands
   */
  private WordInMatch(ByteSets bytes, int start) {
    this.bytes = bytes;
    this.start = start;
  }

  /**
   * The vicinities of words of which every match holds one.
   *
   * @param steps of the pattern; null when nothing is known of it
   * @param words in lower case
   */
  static List<Vicinity> of(@Nullable ByteSteps steps, List<int[]> words) {
    if (steps == null) {
      return Collections.nCopies(words.size(), Vicinity.ANY);
    }
    // A match may hold words in several places: one of them is enough, if each match has it.
    for (BitSet place : steps.passes()) {
      if (everyWayHasOne(steps, place, words, 0)) {
        return words.stream().map(word -> at(steps, place, word)).toList();
      }
    }
    return words.stream().map(word -> at(steps, steps.everywhere(), word)).toList();
  }

  /** Whether each way on from these places is one of the words, whatever comes behind it. */
  private static boolean everyWayHasOne(
      ByteSteps steps, BitSet places, List<int[]> words, int length) {
    if (words.stream().anyMatch(word -> word.length == length)) {
      return true;
    }
    if (steps.mayEnd(places)) {
      return false;
    }
    return steps.bytesAfter(places).stream()
        .map(each -> Ascii.lower((byte) each))
        .distinct()
        .allMatch(
            symbol -> {
              List<int[]> left = words.stream().filter(word -> word[length] == symbol).toList();
              return !left.isEmpty()
                  && everyWayHasOne(
                      steps, steps.after(places, bothCases(symbol)), left, length + 1);
            });
  }

  /** The vicinity of a word that begins at one of these places. */
  private static Vicinity at(ByteSteps steps, BitSet start, int[] word) {
    List<BitSet> places = new ArrayList<>(List.of(start));
    for (int symbol : word) {
      places.add(steps.after(places.get(places.size() - 1), bothCases(symbol)));
    }
    if (places.get(word.length).isEmpty() && start.cardinality() > 1) {
      return Vicinity.ANY; // the word stands near matches, not in them
    }
    // Only ways that go through the whole word.
    for (int i = word.length - 1; i >= 0; i--) {
      BitSet through = steps.withFree(places.get(i));
      through.and(steps.before(places.get(i + 1), bothCases(word[i])));
      places.set(i, through);
    }
    List<BitSet> sets = steps.before(places.get(0));
    int before = sets.size();
    Collections.reverse(sets);
    for (int i = 0; i < word.length; i++) {
      BitSet bytes = steps.between(places.get(i), places.get(i + 1));
      bytes.and(bothCases(word[i]));
      sets.add(bytes);
    }
    sets.addAll(steps.behind(places.get(word.length)));
    return new WordInMatch(new ByteSets(sets), before + word.length);
  }

  @Override
  public boolean allows(byte[] buf, int from, int to, int end) {
    return bytes.standAt(buf, from, to, end - start);
  }

  private static BitSet bothCases(int symbol) {
    BitSet bytes = new BitSet();
    bytes.set(symbol);
    if (Ascii.isLower((byte) symbol)) {
      bytes.set(symbol - ('a' - 'A'));
    }
    return bytes;
  }
}
