package io.sluice.processors.sanitize;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Signal;
import io.sluice.schemas.definitions.RedactionRules;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Takes secrets out of OTLP requests (protobuf), without Kafka: what the sanitizer of the pipeline
 * does with a record. Reusable; not safe for use by several threads.
 */
public final class OtlpSanitizer {

  private final Map<Signal, RequestSanitizer> sanitizers = new EnumMap<>(Signal.class);

  private OtlpSanitizer(Sanitizer rules) {
    for (Signal signal : Signal.values()) {
      sanitizers.put(signal, new RequestSanitizer(rules, signal));
    }
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
    RequestSanitizer sanitizer = sanitizers.get(signal);
    if (sanitizer == null) {
      throw new IllegalStateException("no sanitizer for " + signal);
    }
    SanitizedRequest sanitized = sanitizer.sanitize(request);
    for (SanitizedRequest.Count count : sanitized.counts()) {
      findings.accept(
          new FieldFinding(
              count.ruleId(), count.action(), count.enforced(), count.fieldPath(), count.count()));
    }
    return sanitized.bytes();
  }
}
