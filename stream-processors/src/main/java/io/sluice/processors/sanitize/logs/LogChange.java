package io.sluice.processors.sanitize.logs;

import java.util.Locale;

/** What can happen to a log record on its way to one shape. */
public enum LogChange {
  /** Severity number or text was filled in. */
  SEVERITY,
  /** A JSON body became attributes. */
  JSON,
  /** A logfmt body became attributes. */
  LOGFMT,
  /** A body that looked like JSON stayed text: it is malformed, too large, or ambiguous. */
  UNPARSED,
  /** Trace or span id was taken from a field. */
  TRACE_CONTEXT,
  /** A stack trace became {@code exception.*}. */
  EXCEPTION,
  /** The body was too long and was cut. */
  CUT;

  /** As metrics write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
