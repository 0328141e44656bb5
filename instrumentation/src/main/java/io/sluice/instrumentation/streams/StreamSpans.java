package io.sluice.instrumentation.streams;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.sluice.instrumentation.messaging.KafkaPropagation;
import io.sluice.instrumentation.messaging.ProcessSpan;
import io.sluice.instrumentation.messaging.Work;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Context and spans in a topology. Kafka Streams passes the headers of a record on from processor
 * to processor, but a store keeps only its value. So the value is stored with its context, and the
 * work goes on from there in a span that is linked to all inputs:
 *
 * <ul>
 *   <li>in the DSL {@link #remember} before an aggregate or join, {@link #resume(String)} after it;
 *   <li>in a processor {@link #process} around the work, {@link #remember(Object)} for a {@code
 *       put}, {@link #resume(String, Traced, Work)} after a {@code get} or in a punctuation;
 *   <li>for what the application sends {@link #clients}.
 * </ul>
 *
 * Safe for use by several threads.
 */
public final class StreamSpans {

  private final Tracer tracer;
  private final KafkaPropagation propagation;

  private StreamSpans(OpenTelemetry openTelemetry) {
    tracer = openTelemetry.getTracer("io.sluice.instrumentation.streams");
    propagation = KafkaPropagation.create(openTelemetry);
  }

  /** With the tracer and the propagators of this SDK. */
  public static StreamSpans create(OpenTelemetry openTelemetry) {
    return new StreamSpans(openTelemetry);
  }

  /**
   * For {@code new KafkaStreams(topology, settings, spans.clients(applicationId))}: clients that
   * make a span of kind PRODUCER for each record that the application sends to others, a child of
   * the span that forwarded it, whose context goes into the record's headers. Its own changelogs
   * and repartition topics have none; what goes through a repartition topic keeps its context.
   *
   * @param applicationId the {@code application.id} of the settings
   */
  public KafkaClientSupplier clients(String applicationId) {
    return new StreamClients(new SendSpans(tracer, propagation, applicationId));
  }

  /** For {@code processValues}: each value with the context of its record's headers. */
  public <K, V> FixedKeyProcessorSupplier<K, V, Traced<V>> remember() {
    return () -> new Remember<>(this);
  }

  /**
   * For {@code processValues}: the plain values again, each after a span of this name that is
   * linked to all its inputs. What comes later in the topology, and whoever reads its output, goes
   * on in that span's context by the record's headers.
   */
  public <K, V> FixedKeyProcessorSupplier<K, Traced<V>, V> resume(String name) {
    return () -> new Resume<>(this, name);
  }

  /** The value with the context that the headers carry, to be stored. */
  public <V> Traced<V> remember(V value, Headers headers) {
    return new Traced<>(value, Origins.of(propagation.extract(headers)));
  }

  /** The value with the current context, to be stored. */
  public <V> Traced<V> remember(V value) {
    return new Traced<>(value, Origins.of(Context.current()));
  }

  /**
   * Does the work on a record that has just come in, in a span that is a child of the one that sent
   * it. The context, with its baggage, is current while the work runs.
   *
   * @throws E what the work throws; the span has failed then
   */
  public <E extends Exception> void process(String name, Record<?, ?> record, Work<E> work)
      throws E {
    run(name, Origins.of(propagation.extract(record.headers())), work);
  }

  /**
   * Does the work on a stored value. Of a single input the span is a child, with its baggage; of
   * several it begins a trace with a link to each, up to 32. How many inputs there were is its
   * attribute {@code messaging.batch.message_count}. Nothing of the current thread's context is in
   * it: what a store gives back has nothing to do with the record that asked for it.
   *
   * @throws E what the work throws; the span has failed then
   */
  public <E extends Exception> void resume(String name, Traced<?> stored, Work<E> work) throws E {
    run(name, stored.origins(), work);
  }

  /** The record with the current context in its headers, to be forwarded. */
  public <K, V> Record<K, V> stamp(Record<K, V> record) {
    return record.withHeaders(stamped(record.headers()));
  }

  /** Of its own: the headers of the incoming record may be forwarded by others too. */
  Headers stamped(Headers headers) {
    Headers copy = new RecordHeaders(headers);
    propagation.inject(Context.current(), copy);
    return copy;
  }

  private <E extends Exception> void run(String name, Origins origins, Work<E> work) throws E {
    SpanBuilder span = ProcessSpan.named(tracer, name);
    if (origins.count() > 1) {
      ProcessSpan.ofBatch(span, origins.count(), origins.contexts());
    }
    ProcessSpan.run(span, origins.parent(), work);
  }
}
