package io.sluice.processors.sanitize.statements;

import org.jspecify.annotations.Nullable;

/** What is known of some words, found in a text without case and without making strings of it. */
final class Words<V> {

  /** Several times as many as there are words in any dialect. */
  private static final int PLACES = 1024;

  private record Entry<V>(String word, V value) {}

  @SuppressWarnings({"unchecked", "rawtypes"}) // there is no other array of a generic type
  private final @Nullable Entry<V>[] entries = new Entry[PLACES];

  private int longest;

  /**
   * @param words in lower-case ASCII letters, with blanks between them
   */
  Words<V> put(V value, String words) {
    for (String word : words.split(" ", -1)) {
      longest = Math.max(longest, word.length());
      int place = 0;
      for (int i = 0; i < word.length(); i++) {
        place = place * 31 + word.charAt(i);
      }
      while (entries[place & (PLACES - 1)] != null) {
        place++;
      }
      entries[place & (PLACES - 1)] = new Entry<>(word, value);
    }
    return this;
  }

  /** What is known of the word that is this range; null when it is not known. */
  @Nullable V get(Text text, int start, int end) {
    if (end - start > longest) {
      return null;
    }
    int place = 0;
    for (int i = start; i < end; i++) {
      place = place * 31 + Text.lower(text.at(i));
    }
    Entry<V> entry = entries[place & (PLACES - 1)];
    while (entry != null && !text.isWord(start, end, entry.word())) {
      entry = entries[++place & (PLACES - 1)];
    }
    return entry == null ? null : entry.value();
  }
}
