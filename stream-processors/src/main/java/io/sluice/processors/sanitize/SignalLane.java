package io.sluice.processors.sanitize;

import io.sluice.processor.StepContext;
import io.sluice.processors.sanitize.RequestSplitter.Part;
import io.sluice.processors.sanitize.RequestSplitter.Refused;
import io.sluice.processors.sanitize.RequestSplitter.Split;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.RecordHeaders;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.Signal;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of one signal from its raw to its clean topic: sanitize, cut, send, and enter what was
 * redacted in the ledger. Used by one thread.
 */
final class SignalLane {

  private static final AvroSerde<Redaction> REDACTIONS = AvroSerde.of(Redaction.getClassSchema());

  private final Signal signal;
  private final Topic raw;
  private final Topic clean;
  private final RequestSplitter splitter;
  private final RedactionLedger ledger;
  private final FindingMeters meters;
  private @Nullable Sanitizer rules;
  private @Nullable RequestSanitizer sanitizer;

  /**
   * @param partitions of the clean topic
   */
  SignalLane(
      Signal signal,
      Topic raw,
      Topic clean,
      int partitions,
      SanitizeConfig config,
      FindingMeters meters) {
    this.signal = signal;
    this.raw = raw;
    this.clean = clean;
    this.splitter = new RequestSplitter(signal, partitions, config.maxRecordSize().toIntExact());
    this.ledger = new RedactionLedger(signal, config.ledgerWindow());
    this.meters = meters;
  }

  Topic raw() {
    return raw;
  }

  /** Takes one raw request, under the rules that hold now, and sends what it becomes. */
  void process(byte[] request, Sanitizer current, StepContext context) {
    SanitizedRequest sanitized = sanitizerWith(current).sanitize(request);
    Split split = splitter.split(sanitized.bytes());
    for (Part part : split.parts()) {
      context.send(clean, part.key(), part.value(), headers(part, current));
    }
    for (Refused refused : split.refused()) {
      context.deadLetter(refused.reason(), refused.message(), refused.value());
    }
    for (Redaction entry :
        ledger.entries(sanitized, current.version(), context.clock().instant())) {
      byte[] key = entry.getRuleId().getBytes(StandardCharsets.UTF_8);
      context.send(Topics.REDACTIONS, key, REDACTIONS.encode(entry));
    }
    meters.count(sanitized.counts());
  }

  private RequestSanitizer sanitizerWith(Sanitizer current) {
    RequestSanitizer ready = sanitizer;
    if (ready == null || rules != current) {
      ready = new RequestSanitizer(current, signal);
      sanitizer = ready;
      rules = current;
    }
    return ready;
  }

  private static Map<String, String> headers(Part part, Sanitizer current) {
    return Map.of(
        RecordHeaders.SERVICE,
        part.service(),
        RecordHeaders.RULES_VERSION,
        Long.toString(current.version()));
  }
}
