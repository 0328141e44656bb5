package io.sluice.sinks.search;

import io.sluice.schemas.trace.ServiceCall;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Finds logs and traces. Any number of threads. Every query throws {@link InvalidQueryException}
 * when its text or cursor cannot be understood, and {@link TooMuchToScanException} when it would
 * look at more than one query may.
 */
public interface SearchReader {

  LogPage logs(LogQuery query);

  /**
   * Counts what a query finds, by time, severity and service.
   *
   * @param query its limit and cursor do not matter
   * @param buckets most steps of time, 1 to 1000
   */
  LogSummary summary(LogQuery query, int buckets);

  /**
   * The lines around a line; empty when no line has this id.
   *
   * @param id of the line
   * @param among which lines are its neighbours; its limit and cursor do not matter
   * @param lines most on each side, 1 to 1000
   */
  Optional<LogContext> context(String id, LogQuery among, int lines);

  TracePage traces(TraceQuery query);

  /** The trace of this id, 32 hex digits. */
  Optional<StoredTrace> trace(String traceId);

  /** Services that sent logs or took part in traces, sorted. */
  List<String> services();

  /** What the service's spans are called, sorted. */
  List<Operation> operations(String service);

  /**
   * Who called whom in the traces that began in a time, the busiest first.
   *
   * @param fromUnixNano earliest start
   * @param toUnixNano latest start, not included
   */
  List<ServiceCall> serviceCalls(long fromUnixNano, long toUnixNano);

  /**
   * The same, for one who may leave: its queries end with {@link QueryStoppedException} soon after
   * this is true, and with {@link QueriesBusyException} when other queries hold the memory that
   * there is.
   *
   * @param memory of this query; its owner closes it when the answer is sent
   */
  SearchReader until(BooleanSupplier stopped, QueryMemory.Share memory);
}
