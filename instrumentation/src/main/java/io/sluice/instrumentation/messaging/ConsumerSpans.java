package io.sluice.instrumentation.messaging;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Spans of what a consumer does with the records of a poll, by OpenTelemetry's conventions for
 * messaging. The consumer itself needs no wrapper. Safe for use by several threads.
 *
 * <p>The iterator of OpenTelemetry's library ends a span when the next record is asked for, so it
 * cannot tell that the work failed, and a consumer that takes its batch as a whole has no span with
 * anything in it. These end when the work ends, and fail with it.
 */
public final class ConsumerSpans {

  /** As many links as the SDK keeps by default. */
  public static final int MOST_LINKS = 128;

  private static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  private static final AttributeKey<String> GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");
  private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");

  private final Tracer tracer;
  private final KafkaPropagation propagation;
  private final String group;

  private ConsumerSpans(Tracer tracer, KafkaPropagation propagation, String group) {
    this.tracer = tracer;
    this.propagation = propagation;
    this.group = group;
  }

  /**
   * @param group the consumer's {@code group.id}
   */
  public static ConsumerSpans create(OpenTelemetry openTelemetry, String group) {
    return new ConsumerSpans(
        openTelemetry.getTracer("io.sluice.instrumentation.messaging"),
        KafkaPropagation.create(openTelemetry),
        group);
  }

  /**
   * Does the work for one record, in a span {@code process TOPIC} that is a child of the one that
   * sent it, with its baggage. The context is current while the work runs.
   *
   * @throws E what the work throws; the span has failed then
   */
  public <E extends Exception> void process(ConsumerRecord<?, ?> record, Work<E> work) throws E {
    SpanBuilder span =
        span(record.topic())
            .setAttribute(PARTITION, String.valueOf(record.partition()))
            .setAttribute(OFFSET, record.offset());
    ProcessSpan.run(span, propagation.extract(record.headers()), work);
  }

  /**
   * Does the work for a whole batch, in one span with a link to each span that sent a record of it:
   * the first {@value #MOST_LINKS} different ones. How many records there were is its attribute
   * {@code messaging.batch.message_count}. No baggage of a record is current, as it would be that
   * of one sender. An empty batch makes no span, but the work runs.
   *
   * @param records such as {@code ConsumerRecords}, or those of one partition
   * @throws E what the work throws; the span has failed then
   */
  public <E extends Exception> void processBatch(
      Iterable<? extends ConsumerRecord<?, ?>> records, Work<E> work) throws E {
    Set<SpanContext> senders = new HashSet<>();
    Set<String> topics = new HashSet<>();
    long size = 0;
    for (ConsumerRecord<?, ?> record : records) {
      topics.add(record.topic());
      size++;
      if (senders.size() < MOST_LINKS) {
        SpanContext sender =
            Span.fromContext(propagation.extract(record.headers())).getSpanContext();
        if (sender.isValid()) {
          senders.add(sender);
        }
      }
    }
    if (size == 0) {
      work.run();
      return;
    }
    SpanBuilder span = topics.size() == 1 ? span(topics.iterator().next()) : span();
    ProcessSpan.ofBatch(span, size, senders);
    ProcessSpan.run(span, Context.current(), work);
  }

  private SpanBuilder span(String topic) {
    return named("process " + topic).setAttribute(DESTINATION, topic);
  }

  /** Of several topics: a name with all of them would be another one for each batch. */
  private SpanBuilder span() {
    return named("process");
  }

  private SpanBuilder named(String name) {
    return ProcessSpan.named(tracer, name).setAttribute(GROUP, group);
  }
}
