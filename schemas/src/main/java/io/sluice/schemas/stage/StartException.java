package io.sluice.schemas.stage;

/**
 * Why a part or the process cannot start as it is configured: one sentence for the user, who needs
 * no stack trace.
 */
public final class StartException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  public StartException(String sentence) {
    super(sentence);
  }

  public StartException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
