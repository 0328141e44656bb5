package io.sluice.schemas;

/**
 * Input from outside that cannot be used, and why. Permanent: the same bytes fail again, so the
 * caller refuses them or writes a dead letter and does not retry.
 *
 * <p>The message says what is wrong and where. It never holds a piece of the input, since that may
 * be a secret.
 */
public final class InvalidInputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public InvalidInputException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The reason as metrics, dead letters and error replies name it. */
  public Reason reason() {
    return reason;
  }
}
