package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.SpanReader;
import java.util.Locale;

/**
 * Messages sent and taken: how long each operation took, and how long messages had been in the
 * queue where the consumer's instrumentation says so. What it does not say is found from the
 * producer's span, in {@link CallTallies}.
 */
final class MessagingDerivation implements SpanDerivation {

  static final String BY_MESSAGE = "message";
  static final String BY_PRODUCER = "producer_span";

  private static final int PRODUCER = 4;
  private static final int CONSUMER = 5;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double UNKNOWN = -1;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final int system;
  private final int destination;
  private final int operation;
  private final int queueMillis;
  private final int enqueuedSeconds;
  private final SeriesTable duration;
  private final SeriesTable lag;

  MessagingDerivation(AttributeKeys keys, Tallies tallies) {
    system = keys.slot("messaging.system");
    destination =
        keys.slot(
            "messaging.destination.template",
            "messaging.destination.name",
            "messaging.destination");
    operation =
        keys.slot("messaging.operation.type", "messaging.operation", "messaging.operation.name");
    queueMillis = keys.slot("kafka.record.queue_time_ms", "rabbitmq.record.queue_time_ms");
    enqueuedSeconds =
        keys.slot(
            "messaging.servicebus.message.enqueued_time",
            "messaging.eventhubs.message.enqueued_time");
    duration = tallies.table(Metrics.MESSAGING_DURATION);
    lag = tallies.table(Metrics.MESSAGING_LAG);
  }

  @Override
  public void add(MeasuredSpan span) {
    SpanReader fields = span.fields();
    int kind = fields.kind();
    if (!fields.has(system) && kind != PRODUCER && kind != CONSUMER) {
      return;
    }
    duration.begin().label(SpanLabels.kind(span)).label(fields, system).label(fields, destination);
    duration.label(operation(fields)).label(SpanLabels.status(span));
    span.recordDuration(duration.tally());
    double waited = waited(span);
    if (waited != UNKNOWN && span.isPossible(waited)) {
      lag.begin().label(fields, system).label(fields, destination).label(BY_MESSAGE);
      span.record(lag.tally(), waited);
    }
  }

  /** As the conventions name it now. */
  private String operation(SpanReader fields) {
    String said = fields.text(operation).utf8().toLowerCase(Locale.ROOT);
    return switch (said) {
      case "publish" -> "send";
      case "deliver" -> "process";
      case "" -> fields.kind() == PRODUCER ? "send" : fields.kind() == CONSUMER ? "process" : "";
      default -> said;
    };
  }

  /** Seconds in the queue. */
  private double waited(MeasuredSpan span) {
    SpanReader fields = span.fields();
    if (fields.isNumber(queueMillis)) {
      return fields.number(queueMillis) / MILLIS_PER_SECOND;
    }
    if (span.hasPossibleTimes()
        && fields.isNumber(enqueuedSeconds)
        && fields.number(enqueuedSeconds) > 0) {
      double start = (double) fields.startTimeUnixNano() / NANOS_PER_SECOND;
      return Math.max(0, start - fields.number(enqueuedSeconds));
    }
    return UNKNOWN;
  }
}
