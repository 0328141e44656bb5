package io.sluice.instrumentation.http;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.context.Context;
import java.util.List;

/** Duration and body sizes of one side's requests. */
final class HttpMetrics {

  /** Seconds; the boundaries that the semantic conventions ask for. */
  private static final List<Double> DURATION_BUCKETS =
      List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

  /** Bytes, 256 B to 16 MiB by four: the default boundaries end at 10 kB. */
  private static final List<Long> SIZE_BUCKETS =
      List.of(
          0L, 256L, 1L << 10, 1L << 12, 1L << 14, 1L << 16, 1L << 18, 1L << 20, 1L << 22, 1L << 24);

  private final DoubleHistogram duration;
  private final LongHistogram requestSize;
  private final LongHistogram responseSize;

  /**
   * @param side {@code server} or {@code client}
   */
  HttpMetrics(Meter meter, String side) {
    duration =
        meter
            .histogramBuilder("http." + side + ".request.duration")
            .setUnit("s")
            .setDescription("Duration of HTTP " + side + " requests.")
            .setExplicitBucketBoundariesAdvice(DURATION_BUCKETS)
            .build();
    requestSize = sizes(meter, "http." + side + ".request.body.size", "request", side);
    responseSize = sizes(meter, "http." + side + ".response.body.size", "response", side);
  }

  private static LongHistogram sizes(Meter meter, String name, String what, String side) {
    return meter
        .histogramBuilder(name)
        .ofLongs()
        .setUnit("By")
        .setDescription("Size of HTTP " + side + " " + what + " bodies.")
        .setExplicitBucketBoundariesAdvice(SIZE_BUCKETS)
        .build();
  }

  /** The duration last: who sees that a request was measured finds its sizes, too. */
  void record(
      double seconds,
      long requestBytes,
      long responseBytes,
      Attributes attributes,
      Context context) {
    requestSize.record(requestBytes, attributes, context);
    responseSize.record(responseBytes, attributes, context);
    duration.record(seconds, attributes, context);
  }
}
