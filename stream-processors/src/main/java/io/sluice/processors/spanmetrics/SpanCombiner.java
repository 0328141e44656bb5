package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanReader;
import java.util.List;
import java.util.function.BiConsumer;

/** Combines the spans of a batch: every derivation sees every span, which is read once. */
final class SpanCombiner {

  /** Makes the derivations of a combiner. */
  @FunctionalInterface
  interface Derivations {
    List<SpanDerivation> of(AttributeKeys keys, Tallies tallies);
  }

  private final int maxLabelLength;
  private final Tallies tallies;
  private final List<SpanDerivation> derivations;
  private final SpanReader reader;
  private final MeasuredSpan measured;
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
   * Combines one request.
   *
   * @param arrivalNanos when it reached Kafka
   * @param out gets, for each service, the values of the records for its owner
   */
  void combine(Slice request, long arrivalNanos, BiConsumer<String, byte[]> out) {
    tallies.discard();
    impossible = 0;
    Batch batch = new Batch(arrivalNanos, out);
    OtlpRequest.forEachRecord(request, (resource, scope, span) -> batch.add(resource, span));
    batch.drain();
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
    private final BiConsumer<String, byte[]> out;
    private ResourceView current = ResourceView.empty();
    private String service = "";

    Batch(long arrivalNanos, BiConsumer<String, byte[]> out) {
      this.arrivalNanos = arrivalNanos;
      this.out = out;
    }

    void add(ResourceView resource, Slice span) {
      if (resource != current) {
        current = resource;
        String name = SeriesTable.cut(resource.serviceName(), maxLabelLength);
        if (!name.equals(service)) {
          drain();
          service = name;
        }
      }
      reader.read(span);
      measured.measure(arrivalNanos);
      impossible += measured.hasPossibleTimes() ? 0 : 1;
      for (SpanDerivation derivation : derivations) {
        derivation.add(measured);
      }
    }

    void drain() {
      tallies.drain().forEach(partials -> out.accept(service, partials));
    }
  }
}
