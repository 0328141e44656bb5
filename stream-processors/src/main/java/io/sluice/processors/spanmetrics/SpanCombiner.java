package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Combines the spans of batches until they are drained: every derivation sees every span, which is
 * read once.
 */
final class SpanCombiner {

  /** More is not added up before it is drained. */
  private static final int MAX_SERIES = 50_000;

  private static final long MAX_BYTES = 32 << 20;

  /** Makes the derivations of a combiner. */
  @FunctionalInterface
  interface Derivations {
    List<SpanDerivation> of(AttributeKeys keys, Tallies tallies);
  }

  /** A batch that was added. */
  private record Added(Slice request, long arrivalNanos) {}

  /** What is ready for the owner of a service. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  private record Ready(String service, byte[] partials) {}

  private final int maxLabelLength;
  private final Tallies tallies;
  private final List<SpanDerivation> derivations;
  private final SpanReader reader;
  private final MeasuredSpan measured;
  private final List<Added> added = new ArrayList<>();
  private final List<Ready> ready = new ArrayList<>();
  private long bytes;
  private long impossible;

  SpanCombiner(int maxLabelLength, Derivations factory) {
    this.maxLabelLength = maxLabelLength;
    tallies = new Tallies(maxLabelLength);
    AttributeKeys keys = new AttributeKeys();
    derivations = factory.of(keys, tallies);
    reader = new SpanReader(keys);
    measured = new MeasuredSpan(reader);
  }

  /**
   * Adds one request, all of it or, when it is malformed, nothing.
   *
   * @param arrivalNanos when it reached Kafka
   */
  void add(Slice request, long arrivalNanos) {
    impossible = 0;
    try {
      combine(request, arrivalNanos);
    } catch (RuntimeException | StackOverflowError e) {
      withoutTheLast();
      throw e;
    }
    added.add(new Added(request, arrivalNanos));
    bytes += request.length();
  }

  /**
   * Takes out what a malformed request left: the others are combined again. They are ready then, so
   * that many malformed ones make it no second time.
   */
  private void withoutTheLast() {
    tallies.discard();
    added.forEach(batch -> combine(batch.request(), batch.arrivalNanos()));
    tallies.drain((service, partials) -> ready.add(new Ready(service, partials)));
    added.clear();
    measured.takeImpossibleValues();
    measured.takeRefusedSampling();
  }

  private void combine(Slice request, long arrivalNanos) {
    Batch batch = new Batch(arrivalNanos);
    OtlpRequest.forEachRecord(request, (resource, scope, span) -> batch.add(resource, span));
  }

  /** Whether it is time to drain. */
  boolean isFull() {
    return bytes > MAX_BYTES || tallies.touched() > MAX_SERIES;
  }

  /**
   * Gives what was added since this was called last.
   *
   * @param out gets, for each service, the values of the records for its owner
   */
  void drain(BiConsumer<String, byte[]> out) {
    ready.forEach(each -> out.accept(each.service(), each.partials()));
    ready.clear();
    tallies.drain(out);
    added.clear();
    bytes = 0;
  }

  /** Spans of the last request whose times cannot be; their duration was taken for 0. */
  long impossibleTimes() {
    return impossible;
  }

  /** Values of spans since the last call that cannot be; they were left out. */
  long takeImpossibleValues() {
    return measured.takeImpossibleValues();
  }

  /** Spans since the last call whose sampling was not believed; they counted once. */
  long takeRefusedSampling() {
    return measured.takeRefusedSampling();
  }

  /** Resources follow each other, so a service's spans are together. */
  private final class Batch {

    private final long arrivalNanos;
    private ResourceView current = ResourceView.empty();
    private boolean begun;

    Batch(long arrivalNanos) {
      this.arrivalNanos = arrivalNanos;
    }

    void add(ResourceView resource, Slice span) {
      if (resource != current || !begun) {
        begun = true;
        current = resource;
        tallies.service(SeriesTable.cut(resource.serviceName(), maxLabelLength));
      }
      reader.read(span);
      measured.measure(arrivalNanos);
      impossible += measured.hasPossibleTimes() ? 0 : 1;
      for (SpanDerivation derivation : derivations) {
        derivation.add(measured);
      }
    }
  }
}
