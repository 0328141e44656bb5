package io.sluice.schemas;

/** Record headers on clean topics: what a reader needs without opening the value. */
public final class RecordHeaders {

  /** {@code service.name} of the resource, UTF-8. */
  public static final String SERVICE = "sluice-service";

  /** Version of the redaction rule set that the record passed, decimal. */
  public static final String RULES_VERSION = "sluice-rules-version";

  /** W3C trace context of the Sluice span that wrote the record. */
  public static final String TRACEPARENT = "traceparent";

  private RecordHeaders() {}
}
