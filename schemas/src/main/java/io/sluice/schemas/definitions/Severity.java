package io.sluice.schemas.definitions;

/** OTLP's severities of log records, each the least of its range. */
public enum Severity {
  TRACE(1),
  DEBUG(5),
  INFO(9),
  WARN(13),
  ERROR(17),
  FATAL(21);

  private final int number;

  Severity(int number) {
    this.number = number;
  }

  /** Whether a severity number is below this; a record without one says 0 and is below all. */
  public boolean isAbove(int severityNumber) {
    return severityNumber < number;
  }
}
