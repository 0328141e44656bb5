package io.sluice.sinks.search;

/**
 * A query that ended because others hold the memory that queries may have; it may be asked again.
 */
public final class QueriesBusyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  QueriesBusyException(long most) {
    super(
        "other queries hold the memory that queries may have ("
            + (most >> 20)
            + " MiB): ask again in a moment, or for less",
        null,
        false,
        false);
  }
}
