package io.sluice.schemas;

/** Record headers: what a reader needs without opening the value. */
public final class RecordHeaders {

  /** {@code service.name} of the resource, UTF-8. */
  public static final String SERVICE = "sluice-service";

  /** Version of the redaction rule set that the record passed, decimal. */
  public static final String RULES_VERSION = "sluice-rules-version";

  /** W3C trace context of the Sluice span that wrote the record; on raw topics anybody's. */
  public static final String TRACEPARENT = "traceparent";

  /**
   * The same on raw topics, which others write too: where their Kafka clients are traced, {@link
   * #TRACEPARENT} is of their own traces.
   */
  public static final String RAW_TRACEPARENT = "sluice-traceparent";

  private RecordHeaders() {}
}
