package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sluice.sinks.search.QueryMemory;
import io.sluice.sinks.search.SearchReader;
import io.sluice.sinks.search.SearchStore;
import io.sluice.sinks.search.StoredTrace;
import java.time.Clock;
import java.time.Duration;

/** A request that is being answered. */
final class Call {

  /** Less than the server's own limit, so that the answer can say what happened. */
  static final Duration MAX_TIME = Duration.ofSeconds(8);

  private final ServiceRequestContext context;
  private final QueryMemory.Share memory;
  private final Clock clock;
  private final long end;

  Call(ServiceRequestContext context, QueryMemory.Share memory, Clock clock) {
    this.context = context;
    this.memory = memory;
    this.clock = clock;
    this.end = clock.millis() + MAX_TIME.toMillis();
  }

  QueryParams query() {
    return context.queryParams();
  }

  /** A part of the path, without its percent signs. */
  String path(String name) {
    String value = context.pathParam(name);
    return value == null ? "" : value;
  }

  /** Finds while the client is there, and for no longer than a query may take. */
  SearchReader reader(SearchStore store) {
    return store.until(this::isOver, memory);
  }

  /** A trace that was found and is not shown. */
  void leaves(StoredTrace trace) {
    memory.give(trace.bytes());
  }

  private boolean isOver() {
    return isGone() || clock.millis() >= end;
  }

  /** Whether nobody waits for the answer any more. */
  boolean isGone() {
    return context.isCancelled() || context.log().isComplete(); // a connection that was closed
  }
}
