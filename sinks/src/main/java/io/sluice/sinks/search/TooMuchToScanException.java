package io.sluice.sinks.search;

import java.util.Locale;

/** A query that would look at more than one query may; the message says how to ask for less. */
public final class TooMuchToScanException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooMuchToScanException(String message) {
    super(message);
  }

  public TooMuchToScanException(String what, long most) {
    super(
        String.format(
            Locale.ROOT,
            "there are more than %,d %s in this time, which is as many as one query looks at:"
                + " narrow from and to, or the filter",
            most,
            what));
  }
}
