package io.sluice.sinks.search;

/** A query that ended early because nobody waits for its answer any more. */
public final class QueryStoppedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public QueryStoppedException() {
    super("the query was stopped", null, false, false);
  }
}
