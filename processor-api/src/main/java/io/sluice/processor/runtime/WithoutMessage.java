package io.sluice.processor.runtime;

/**
 * An exception's type and stack, for the log, without its message: messages of the JDK and of
 * parsers quote the input, which may be a secret.
 */
final class WithoutMessage extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private WithoutMessage(Throwable original) {
    super(original.getClass().getName(), null, false, true);
    setStackTrace(original.getStackTrace());
  }

  static WithoutMessage of(Throwable original) {
    return new WithoutMessage(original);
  }
}
