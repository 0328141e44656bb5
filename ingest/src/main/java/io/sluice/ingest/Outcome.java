package io.sluice.ingest;

import io.sluice.schemas.Reason;

/**
 * What came of a request, in the terms of OTLP.
 *
 * @param kind how to answer
 * @param rejected records that were left out of a request that was accepted otherwise
 * @param message for the sender; empty when all went well
 */
record Outcome(Kind kind, long rejected, String message) {

  /** How to answer, with gRPC's status code and HTTP's. */
  enum Kind {
    ACCEPTED(0, 200, false),
    BAD_REQUEST(3, 400, false),
    TOO_LARGE(8, 413, false),
    UNSUPPORTED(12, 415, false),
    UNAUTHENTICATED(16, 401, false),
    FORBIDDEN(7, 403, false),
    FAILED(13, 500, false),
    PRESSURE(8, 429, true),
    UNAVAILABLE(14, 503, true);

    private final int grpcStatus;
    private final int httpStatus;
    private final boolean retryable;

    Kind(int grpcStatus, int httpStatus, boolean retryable) {
      this.grpcStatus = grpcStatus;
      this.httpStatus = httpStatus;
      this.retryable = retryable;
    }

    int grpcStatus() {
      return grpcStatus;
    }

    int httpStatus() {
      return httpStatus;
    }

    /** Whether the same request may succeed later. */
    boolean retryable() {
      return retryable;
    }
  }

  static Outcome accepted(long rejected, String message) {
    return new Outcome(Kind.ACCEPTED, rejected, message);
  }

  static Outcome refused(Reason reason, String message) {
    Kind kind =
        switch (reason) {
          case TOO_LARGE -> Kind.TOO_LARGE;
          case UNSUPPORTED -> Kind.UNSUPPORTED;
          case FAILED, TIMEOUT -> Kind.FAILED;
          case MALFORMED, TOO_DEEP, INVALID, REJECTED -> Kind.BAD_REQUEST;
        };
    return new Outcome(kind, 0, message);
  }

  static Outcome pressure() {
    return new Outcome(Kind.PRESSURE, 0, "too many requests are under way; come back later");
  }

  static Outcome unavailable(String message) {
    return new Outcome(Kind.UNAVAILABLE, 0, message);
  }
}
