package io.sluice.sinks.search;

import java.util.ArrayList;
import java.util.List;

/** Lines of an answer: as many as there is room for, and the first. */
final class LogLines {

  /** Characters of a page; it has fewer lines then. */
  static final long MAX_PAGE = 16L << 20;

  /** What a line costs beside its texts. */
  private static final long OVERHEAD = 200;

  private final long most;
  private final QueryMemory.Share memory;
  private final List<LogEntry> entries = new ArrayList<>();
  private long length;

  LogLines(long mostLength, QueryMemory.Share memory) {
    this.most = Math.min(mostLength, memory.most());
    this.memory = memory;
  }

  /** Returns whether there was room for it. */
  boolean add(LogEntry entry) {
    length += entry.length();
    if (length > most && !entries.isEmpty()) {
      return false;
    }
    memory.take(entry.length() + OVERHEAD);
    entries.add(entry);
    return true;
  }

  List<LogEntry> entries() {
    return entries;
  }
}
