package io.sluice.app.runtime;

/** Why the process cannot start: one sentence for the user, without a stack trace. */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StartException(String sentence) {
    super(sentence);
  }
}
