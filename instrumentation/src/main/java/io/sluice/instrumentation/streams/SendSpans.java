package io.sluice.instrumentation.streams;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.sluice.instrumentation.Failures;
import io.sluice.instrumentation.messaging.KafkaPropagation;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Spans of what the producer of a Kafka Streams application sends: one for each record that leaves
 * the application, until Kafka has it. What stays inside gets none: a repartition topic only the
 * context, a changelog nothing. Nor do topics of telemetry, of which each span would make another
 * one.
 */
final class SendSpans {

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("messaging.operation.name");
  private static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  private static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");

  /** With the join's name, and as Kafka Streams calls one that has none. */
  private static final Pattern FOREIGN_KEY_JOIN =
      Pattern.compile(
          "-subscription-(registration|response)-topic$"
              + "|-KTABLE-FK-JOIN-SUBSCRIPTION-(REGISTRATION|RESPONSE)-\\d+-topic$");

  private static final Set<String> TELEMETRY = Set.of("otlp_spans", "otlp_logs", "otlp_metrics");

  private final Tracer tracer;
  private final KafkaPropagation propagation;
  private final String internalPrefix;

  /**
   * @param applicationId what the names of internal topics begin with
   */
  SendSpans(Tracer tracer, KafkaPropagation propagation, String applicationId) {
    this.tracer = tracer;
    this.propagation = propagation;
    this.internalPrefix = applicationId + "-";
  }

  /** A producer's {@code send}. */
  interface Send {

    Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, @Nullable Callback whenDone);
  }

  /** Sends the record, whose headers are its own. */
  Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback whenDone, Send producer) {
    String topic = record.topic();
    boolean isOwn = topic.startsWith(internalPrefix);
    if ((isOwn && topic.endsWith("-changelog")) || isTelemetry(topic)) {
      return producer.send(record, whenDone);
    }
    Context sender = sender(record.headers());
    if (isOwn && isBetweenProcessors(topic)) {
      propagation.inject(sender, record.headers());
      return producer.send(record, whenDone);
    }
    Span span = span(topic).setParent(sender).startSpan();
    propagation.inject(sender.with(span), record.headers());
    try {
      return producer.send(
          record,
          (sent, failure) -> {
            end(span, sent, failure);
            if (whenDone != null) {
              whenDone.onCompletion(sent, failure);
            }
          });
    } catch (Throwable failure) {
      end(span, null, failure);
      throw failure;
    }
  }

  /**
   * Whose work the record is: the current span's, which forwards it, when that is of the record's
   * trace or the record has none. A cache or a suppression forwards the record of one trace while
   * the work of another is current; then the headers know.
   */
  private Context sender(Headers headers) {
    Context carried = propagation.extract(headers);
    SpanContext ofRecord = Span.fromContext(carried).getSpanContext();
    SpanContext current = Span.current().getSpanContext();
    boolean forwardsIt =
        current.isValid()
            && (!ofRecord.isValid() || ofRecord.getTraceId().equals(current.getTraceId()));
    return forwardsIt ? Context.current() : carried;
  }

  private SpanBuilder span(String topic) {
    return tracer
        .spanBuilder("send " + topic)
        .setSpanKind(SpanKind.PRODUCER)
        .setAttribute(SYSTEM, "kafka")
        .setAttribute(OPERATION, "send")
        .setAttribute(OPERATION_TYPE, "send")
        .setAttribute(DESTINATION, topic);
  }

  private static void end(Span span, @Nullable RecordMetadata sent, @Nullable Throwable failure) {
    if (failure != null) {
      Failures.record(span, failure);
    } else if (sent != null) {
      span.setAttribute(PARTITION, String.valueOf(sent.partition()));
      if (sent.hasOffset()) {
        span.setAttribute(OFFSET, sent.offset());
      }
    }
    span.end();
  }

  /** A repartition topic, or one of the two of a join on a foreign key. */
  private static boolean isBetweenProcessors(String topic) {
    return topic.endsWith("-repartition")
        || (topic.endsWith("-topic") && FOREIGN_KEY_JOIN.matcher(topic).find());
  }

  /** With a namespace before it or not. */
  private static boolean isTelemetry(String topic) {
    return TELEMETRY.contains(topic.substring(topic.lastIndexOf('.') + 1))
        || topic.startsWith("sluice.")
        || topic.contains(".sluice.");
  }
}
