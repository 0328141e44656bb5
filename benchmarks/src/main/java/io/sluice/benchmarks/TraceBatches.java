package io.sluice.benchmarks;

import io.sluice.testkit.Service;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Batches of spans whose traces are complete: a root and its children, in three services. The same
 * for the same seed.
 */
final class TraceBatches {

  static final int SPANS_PER_TRACE = 6;

  private static final int SERVICES = 3;

  private final Random random;
  private final Instant time;
  private boolean rootless;
  private final List<Service> services = new ArrayList<>();

  TraceBatches(long seed, Instant time) {
    this.random = new Random(seed);
    this.time = time;
    for (int i = 0; i < SERVICES; i++) {
      services.add(
          Telemetry.service("service-" + i)
              .with("service.version", "1.4." + i)
              .with("host.name", "host-" + i + ".internal")
              .with("process.pid", 4711L + i));
    }
  }

  /** Traces whole in one batch, as where one service makes them: eight to a batch of 48 spans. */
  List<byte[]> whole(int count) {
    List<byte[]> batches = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      List<SpanBuilder> spans = new ArrayList<>();
      Service service = services.get(i % SERVICES);
      for (int trace = 0; trace < 8; trace++) {
        spans.addAll(trace(List.of(service, service, service)));
      }
      batches.add(Telemetry.spans(spans).toByteArray());
    }
    return batches;
  }

  /** Traces spread over the batches of three services: 24 of them, two spans of each in a batch. */
  List<byte[]> spread(int count) {
    List<byte[]> batches = new ArrayList<>(count);
    while (batches.size() < count) {
      List<List<SpanBuilder>> byService =
          List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int trace = 0; trace < 24; trace++) {
        List<SpanBuilder> spans = trace(services);
        for (int i = 0; i < spans.size(); i++) {
          byService.get(i * SERVICES / spans.size()).add(spans.get(i));
        }
      }
      byService.forEach(spans -> batches.add(Telemetry.spans(spans).toByteArray()));
    }
    return batches;
  }

  /** As {@link #spread}, but the root never comes. */
  List<byte[]> incomplete(int count) {
    rootless = true;
    List<byte[]> batches = spread(count);
    rootless = false;
    return batches;
  }

  /** One span to a batch. */
  List<byte[]> single(int count) {
    List<byte[]> batches = new ArrayList<>(count);
    while (batches.size() < count) {
      trace(services).forEach(span -> batches.add(Telemetry.spans(span).toByteArray()));
    }
    return batches;
  }

  private List<SpanBuilder> trace(List<Service> of) {
    byte[] trace = Batches.id(random, 16);
    byte[] root = Batches.id(random, 8);
    List<SpanBuilder> spans = new ArrayList<>();
    for (int i = 0; i < SPANS_PER_TRACE; i++) {
      Service service = of.get(i * of.size() / SPANS_PER_TRACE);
      SpanBuilder span = Batches.span(random, service, time, trace, root, i);
      boolean isRoot = i == 0 && !rootless;
      spans.add(isRoot ? span : span.parent(i == 0 ? Batches.id(random, 8) : root));
    }
    return spans;
  }
}
