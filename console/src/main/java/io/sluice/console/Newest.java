package io.sluice.console;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The newest so many of a kind, whatever the order they come in: topics have partitions, and what
 * is read from them is only ordered within one. The same one twice is kept once. Not safe for use
 * by several threads.
 */
final class Newest<T> {

  private final int limit;
  private final TreeSet<T> kept;

  /**
   * @param newestFirst tells any two apart that are not the same
   */
  Newest(int limit, Comparator<T> newestFirst) {
    this.limit = limit;
    this.kept = new TreeSet<>(newestFirst);
  }

  void add(T one) {
    kept.add(one);
    if (kept.size() > limit) {
      kept.pollLast();
    }
  }

  void clear() {
    kept.clear();
  }

  /** At most so many, newest first. */
  List<T> first(int count) {
    return kept.stream().limit(count).toList();
  }
}
