package io.sluice.sinks.search;

/** The cluster does not answer, or refuses; the message says which. */
public final class OpenSearchUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OpenSearchUnavailableException(String message) {
    super(message);
  }

  OpenSearchUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
