package io.sluice.sinks.search;

import io.sluice.schemas.Redaction;
import io.sluice.schemas.Trace;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Keeps logs, traces with their calls between services, and the redaction ledger, and finds them
 * again. One thread writes, or {@link #writers} of them put, any number read. What was written is
 * found soon after {@link #refresh}, and survives a crash after {@link #commit}. Who writes asks
 * {@link #committed} first, and again after each failure, and puts what comes from there on: then
 * everything is there once.
 */
public interface SearchStore extends SearchReader, AutoCloseable {

  /** Lines of the redaction ledger, newest first. */
  List<Redaction> redactions(RedactionQuery query);

  long logCount();

  /** Traces, whatever the number of their versions. */
  long traceCount();

  /**
   * How many threads may put at the same time, documents with the same id by the same one. All else
   * but {@link #refresh} is done while none of them does.
   */
  default int writers() {
    return 1;
  }

  /** Adds an entry. May wait until there is room. */
  void put(LogEntry entry, DocumentSource source);

  /** Adds a record of a trace, or replaces the same one: same version, same spans. */
  void put(Trace trace, DocumentSource source);

  /** Adds a line of the ledger, or replaces the one of the same place. */
  void put(Redaction redaction, DocumentSource source);

  /** Adds an entry as if it had arrived when it happened. */
  default void put(LogEntry entry) {
    put(entry, DocumentSource.at(entry.timeUnixNano() / 1_000_000));
  }

  /** Adds a record of a trace as if it had arrived when the trace began. */
  default void put(Trace trace) {
    put(trace, DocumentSource.at(trace.getStartTimeUnixNano() / 1_000_000));
  }

  /** Waits until everything put so far was taken, or refused. */
  default void settle() {}

  /**
   * Makes everything put so far durable, together with where to read on. Waits as long as the store
   * cannot take it.
   *
   * @param next the first offset of each partition that is not in the store
   */
  void commit(Map<TopicPartition, Long> next);

  /**
   * The offsets of the last commit; empty for a new store. What was put after it is forgotten, or
   * replaced when it is put again.
   */
  Map<TopicPartition, Long> committed();

  /** Lets readers see what was put. May be called while others put, not while one commits. */
  void refresh();

  /**
   * Forgets what was stored before, by the store's own clock; a store may forget it later, in
   * larger parts. No time that a sender wrote keeps anything longer, or less long.
   */
  void deleteBefore(long storedMillis);

  /** Forgets what was stored first of an index on this disk that is larger, in large parts. */
  default void shrinkTo(long bytes) {}

  /** What keeps the store from taking documents now, for people; null when nothing does. */
  default @Nullable String trouble() {
    return null;
  }

  /** Commits nothing: what was put after the last commit is read from Kafka again. */
  @Override
  void close();
}
