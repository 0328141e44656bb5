package io.sluice.sinks.search;

/** A query that cannot be understood; the message says what was expected. */
public final class InvalidQueryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InvalidQueryException(String message) {
    super(message);
  }
}
