package io.sluice.processors.sanitize;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Signal;
import io.sluice.schemas.definitions.RedactionRules;
import java.util.function.Consumer;

/**
 * Takes secrets out of OTLP requests (protobuf), without Kafka: what the sanitizer of the pipeline
 * does with a record by default. So log records get one shape, for what is JSON in a body becomes
 * fields, which all rules for fields see, and long bodies are cut. Reusable; not safe for use by
 * several threads.
 */
public final class OtlpSanitizer {

  private final LogSanitizer logs;
  private final RequestSanitizer spans;
  private final RequestSanitizer metrics;

  private OtlpSanitizer(Sanitizer rules) {
    logs =
        new LogSanitizer(
            new RequestSanitizer(rules, Signal.LOGS), rules, SanitizeConfig.defaults());
    spans = new RequestSanitizer(rules, Signal.SPANS);
    metrics = new RequestSanitizer(rules, Signal.METRICS);
  }

  /**
   * A sanitizer with these rules.
   *
   * @param tokenKeys for rules that tokenize; without one, they redact
   * @throws IllegalArgumentException when a rule cannot be compiled
   */
  public static OtlpSanitizer of(RedactionRules rules, TokenKeys tokenKeys) {
    return new OtlpSanitizer(Sanitizer.of(rules, tokenKeys));
  }

  /**
   * The request without secrets; the same array when there are none.
   *
   * @param findings gets each rule and field in which it found something
   * @throws InvalidInputException when it is no request of this signal, or nested too deep
   */
  public byte[] sanitize(Signal signal, byte[] request, Consumer<FieldFinding> findings) {
    SanitizedRequest sanitized =
        switch (signal) {
          case LOGS -> logs.sanitize(request);
          case SPANS -> spans.sanitize(request);
          case METRICS -> metrics.sanitize(request);
        };
    for (SanitizedRequest.Count count : sanitized.counts()) {
      findings.accept(
          new FieldFinding(
              count.ruleId(), count.action(), count.enforced(), count.fieldPath(), count.count()));
    }
    return sanitized.bytes();
  }
}
