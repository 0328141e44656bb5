package io.sluice.schemas.stage;

import java.io.IOException;
import java.net.BindException;

/** Tells a port that is in use from other failures to listen, whatever layer reports it. */
public final class PortTaken {

  private static final String NATIVE_MESSAGE = "Address already in use";

  private PortTaken() {}

  /** Whether this failure, or one that caused it, is a port in use. */
  public static boolean is(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean isNative =
          cause instanceof IOException
              && String.valueOf(cause.getMessage()).contains(NATIVE_MESSAGE);
      if (cause instanceof BindException || isNative) {
        return true;
      }
    }
    return false;
  }
}
