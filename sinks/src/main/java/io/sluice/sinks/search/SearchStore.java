package io.sluice.sinks.search;

import io.sluice.schemas.Trace;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps logs and traces and finds them again. One thread writes, any number read. What was written
 * is found after {@link #refresh}, and survives a crash after {@link #commit}.
 */
public interface SearchStore extends SearchReader, AutoCloseable {

  long logCount();

  /** Traces, whatever the number of their versions. */
  long traceCount();

  /** Adds an entry, or replaces the one of the same id. */
  void put(LogEntry entry);

  /** Adds a record of a trace, or replaces the same one: same version, same spans. */
  void put(Trace trace);

  /**
   * Makes everything put so far durable, together with where to read on.
   *
   * @param next the first offset of each partition that is not in the store
   */
  void commit(Map<TopicPartition, Long> next);

  /** The offsets of the last commit; empty for a new store. */
  Map<TopicPartition, Long> committed();

  /** Lets readers see what was put. */
  void refresh();

  /** Forgets what is older. */
  void deleteBefore(long timeUnixNano);

  /** Commits nothing: what was put after the last commit is read from Kafka again. */
  @Override
  void close();
}
