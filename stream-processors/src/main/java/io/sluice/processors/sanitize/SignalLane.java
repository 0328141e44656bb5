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
 * The way of one signal from its raw to its clean topic: sanitize (logs: and shape), cut, send, and
 * enter what was redacted in the ledger. Used by one thread.
 */
final class SignalLane {

  private static final AvroSerde<Redaction> REDACTIONS = AvroSerde.of(Redaction.getClassSchema());

  private final Signal signal;
  private final Topic raw;
  private final Topic clean;
  private final RequestSplitter splitter;
  private final RedactionLedger ledger;
  private final FindingMeters meters;
  private final LogMeters logMeters;
  private final SanitizeConfig config;
  private @Nullable Sanitizer rules;
  private @Nullable RequestSanitizer sanitizer;
  private @Nullable LogSanitizer logs;

  /**
   * @param partitions of the clean topic
   */
  SignalLane(
      Signal signal,
      Topic raw,
      Topic clean,
      int partitions,
      SanitizeConfig config,
      FindingMeters meters,
      LogMeters logMeters) {
    this.signal = signal;
    this.raw = raw;
    this.clean = clean;
    this.splitter = new RequestSplitter(signal, partitions, config.maxRecordSize().toIntExact());
    this.ledger = new RedactionLedger(signal, config.ledgerWindow());
    this.meters = meters;
    this.logMeters = logMeters;
    this.config = config;
  }

  Topic raw() {
    return raw;
  }

  /** Takes one raw request, under the rules that hold now, and sends what it becomes. */
  void process(byte[] request, Sanitizer current, StepContext context) {
    RequestSanitizer ready = sanitizerWith(current);
    LogSanitizer shaping = logs;
    SanitizedRequest sanitized =
        shaping == null ? ready.sanitize(request) : shaping.sanitize(request);
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
    if (shaping != null) {
      logMeters.count(shaping.changes());
    }
  }

  private RequestSanitizer sanitizerWith(Sanitizer current) {
    RequestSanitizer ready = sanitizer;
    if (ready == null || rules != current) {
      ready = new RequestSanitizer(current, signal);
      sanitizer = ready;
      rules = current;
      logs = signal == Signal.LOGS ? new LogSanitizer(ready, current, config) : null;
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
