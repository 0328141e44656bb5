package io.sluice.instrumentation.http;

/** The instrumentation scope of this package. */
final class Instrument {

  static final String HTTP = "io.sluice.instrumentation.http";

  private Instrument() {}
}
