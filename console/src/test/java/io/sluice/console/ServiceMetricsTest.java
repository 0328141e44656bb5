package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.sluice.console.ServiceMetrics.Gets;
import io.sluice.console.ServiceMetrics.Requests;
import io.sluice.console.ServiceMetrics.Route;
import io.sluice.schemas.Exemplar;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.Telemetry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ServiceMetricsTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long BEGIN = 1_800_000_000L * SECOND;
  private static final Map<String, String> REQUESTS =
      Map.of(
          "service", "cart", "span_kind", "SPAN_KIND_SERVER", "status_code", "STATUS_CODE_UNSET");
  private static final Map<String, String> FAILED =
      Map.of(
          "service", "cart", "span_kind", "SPAN_KIND_SERVER", "status_code", "STATUS_CODE_ERROR");

  private final ServiceMetrics metrics = new ServiceMetrics();

  @Test
  void countsWhatCameInEachStepAndLeavesEmptyStepsOut() {
    latency(REQUESTS, BEGIN, 5, 10);
    latency(REQUESTS, BEGIN, 20, 25);
    latency(REQUESTS, BEGIN, 95, 31);
    latency(FAILED, BEGIN, 5, 1);
    assertThat(metrics.requests("cart", BEGIN).keySet())
        .containsExactly(BEGIN, BEGIN + 90 * SECOND);
    assertThat(step(BEGIN).count()).isEqualTo(26);
    assertThat(step(BEGIN).errors()).isEqualTo(1);
    assertThat(step(BEGIN + 90 * SECOND).count()).isEqualTo(6);
  }

  @Test
  void whatWasCountedLongBeforeTheFirstPointIsNoPeak() {
    latency(REQUESTS, BEGIN - 3600 * SECOND, 5, 100_000);
    assertThat(metrics.requests("cart", BEGIN)).isEmpty();
    latency(REQUESTS, BEGIN - 3600 * SECOND, 15, 100_007);
    assertThat(step(BEGIN).count()).isEqualTo(7);
  }

  @Test
  void aSeriesThatBeganAnewCountsWhole() {
    latency(REQUESTS, BEGIN, 5, 50);
    latency(REQUESTS, BEGIN + 10 * SECOND, 15, 60);
    assertThat(step(BEGIN).count()).isEqualTo(110);
  }

  @Test
  void keepsAnHour() {
    latency(REQUESTS, BEGIN, 5, 1);
    latency(REQUESTS, BEGIN, 3595, 2);
    assertThat(metrics.requests("cart", 0)).hasSize(2);
    latency(REQUESTS, BEGIN, 3605, 3);
    assertThat(metrics.requests("cart", 0)).hasSize(2).doesNotContainKey(BEGIN);
  }

  @Test
  void servicesThatFallSilentGiveTheirPlaceToNewOnes() {
    for (int i = 0; i < 2000; i++) {
      latency(of("old-" + i), BEGIN, 5, 1);
    }
    latency(of("one too many"), BEGIN, 6, 1);
    assertThat(metrics.services()).hasSize(2000).doesNotContain("one too many");
    latency(of("new"), BEGIN + 4000 * SECOND, 4005, 1);
    assertThat(metrics.services()).containsExactly("new");
  }

  @Test
  void namesTheBusiestFirst() {
    latency(of("quiet"), BEGIN, 5, 1);
    latency(of("busy"), BEGIN, 5, 9);
    latency(of("busiest of long ago"), BEGIN - 600 * SECOND, 5 - 600, 100);
    assertThat(metrics.busiest(2, BEGIN)).containsExactly("busy", "quiet");
  }

  private static Map<String, String> of(String service) {
    return Map.of("service", service, "span_kind", "SPAN_KIND_SERVER");
  }

  @Test
  void tellsRoutesWithTheirErrorsAndSizes() {
    Map<String, String> good = route("2xx");
    Map<String, String> bad = route("5xx");
    add("traces_http_request_duration_seconds", good, BEGIN, 5, histogram(8, 0.1));
    add("traces_http_request_duration_seconds", bad, BEGIN, 5, histogram(2, 0.1));
    add("traces_http_response_body_bytes", good, BEGIN, 5, histogram(4, 1000));
    var found =
        Objects.requireNonNull(
            metrics.routes("cart", BEGIN).get(new Route("GET", "/carts")), "route");
    assertThat(found.requests().count()).isEqualTo(10);
    assertThat(found.requests().errors()).isEqualTo(2);
    assertThat(found.requests().seconds().quantile(0.95)).isCloseTo(0.1, within(0.0045));
    assertThat(found.responseBytes().sum() / found.responseBytes().count())
        .isCloseTo(1000, within(1e-6));
    assertThat(metrics.routes("cart", BEGIN + 4000 * SECOND)).as("over an hour later").isEmpty();
  }

  @Test
  void namesTheTraceOfTheSlowestRequestOfARoute() {
    exemplars(5, exemplar(5, 0.2, 1), exemplar(4, 0.9, 2));
    exemplars(15, exemplar(14, 0.3, 3), exemplar(-1000, 5, 4));
    var found =
        Objects.requireNonNull(
            metrics.routes("cart", BEGIN).get(new Route("GET", "/carts")), "route");
    assertThat(found.slowest().trace()).isEqualTo(new TraceId(Telemetry.traceId(2)));
    assertThat(metrics.slowest("cart", BEGIN).trace()).as("of spans, of which none came").isNull();
  }

  private void exemplars(int afterSeconds, Exemplar... exemplars) {
    SeriesPoint point =
        Samples.point(
                "traces_http_request_duration_seconds",
                route("2xx"),
                BEGIN,
                BEGIN + afterSeconds * SECOND)
            .setHistogram(histogram(afterSeconds, 0.1))
            .setExemplars(List.of(exemplars))
            .build();
    metrics.add(SeriesIdentity.of(point), point);
  }

  private static Exemplar exemplar(int afterSeconds, double seconds, int trace) {
    return new Exemplar(
        seconds,
        BEGIN + afterSeconds * SECOND,
        new TraceId(Telemetry.traceId(trace)),
        new SpanId(Telemetry.spanId(1)));
  }

  @Test
  void tellsHowOftenACacheHadTheAnswer() {
    cache("hit", 5, 30);
    cache("hit", 15, 90);
    cache("miss", 15, 10);
    Gets gets = Objects.requireNonNull(metrics.caches("cart", BEGIN).get("carts"), "cache");
    assertThat(gets.hits()).isEqualTo(90);
    assertThat(gets.misses()).isEqualTo(10);
  }

  @Test
  void callsToOthersAreNotWhatAServiceWasAskedFor() {
    assertThat(ServiceMetrics.isAbout("traces_spanmetrics_latency{span_kind=\"SPAN_KIND_CLIENT\"}"))
        .isFalse();
    assertThat(ServiceMetrics.isAbout("traces_spanmetrics_latency{span_kind=\"SPAN_KIND_SERVER\"}"))
        .isTrue();
    Map<String, String> posing =
        Map.of("span_kind", "SPAN_KIND_CLIENT", "span_name", "span_kind=\"SPAN_KIND_SERVER\"");
    assertThat(ServiceMetrics.isAbout(SeriesIdentity.of("traces_spanmetrics_latency", posing)))
        .isFalse();
    assertThat(ServiceMetrics.isAbout("jvm_memory_used_bytes{}")).isFalse();
  }

  /** Whatever the duration, in the finest buckets that Sluice makes. */
  @Property
  void quantilesArePreciseToFourPointFourPercent(
      @ForAll @DoubleRange(min = -14, max = 14) double power) {
    double seconds = Math.exp(power);
    ExponentialHistogram state =
        ExponentialHistogram.newBuilder()
            .setScale(4)
            .setCount(1)
            .setSum(seconds)
            .setZeroCount(0)
            .setOffset((int) Math.ceil(Math.log(seconds) / Math.log(2) * 16) - 1)
            .setCounts(List.of(1L))
            .build();
    assertThat(BucketCounts.of(state).quantile(0.95)).isCloseTo(seconds, withinPercentage(4.5));
  }

  /** Points in any number, at any scale: what came in all is what came between each two. */
  @Property
  void differencesAddUpToTheWhole(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 50) Integer> more,
      @ForAll @IntRange(min = -2, max = 6) int lastScale) {
    BucketCounts before = new BucketCounts();
    BucketCounts sum = new BucketCounts();
    long total = 0;
    for (int i = 0; i < more.size(); i++) {
      total += more.get(i);
      int scale = Math.max(lastScale, 6 - i);
      ExponentialHistogram state =
          ExponentialHistogram.newBuilder()
              .setScale(scale)
              .setCount(total)
              .setSum((double) total)
              .setZeroCount(0)
              .setOffset(3 << (scale + 2) >> 2)
              .setCounts(List.of(total))
              .build();
      BucketCounts now = BucketCounts.of(state);
      sum.add(now.since(before));
      before = now;
    }
    assertThat(sum.count()).isEqualTo(total);
    assertThat(sum.sum()).isCloseTo((double) total, within(1e-6));
  }

  private Requests step(long start) {
    return Objects.requireNonNull(metrics.requests("cart", start).get(start), "step");
  }

  private static Map<String, String> route(String statusClass) {
    return Map.of(
        "service",
        "cart",
        "span_kind",
        "SPAN_KIND_SERVER",
        "http_request_method",
        "GET",
        "http_route",
        "/carts",
        "http_status_class",
        statusClass);
  }

  private void latency(Map<String, String> labels, long start, int afterSeconds, long count) {
    add("traces_spanmetrics_latency", labels, start, afterSeconds, histogram(count, 0.02));
  }

  private void cache(String result, int afterSeconds, double value) {
    Map<String, String> labels = Map.of("service", "cart", "cache", "carts", "result", result);
    SeriesPoint point =
        Samples.point("cache_gets_total", labels, BEGIN, BEGIN + afterSeconds * SECOND)
            .setValue(value)
            .build();
    metrics.add(SeriesIdentity.of(point), point);
  }

  private void add(
      String name,
      Map<String, String> labels,
      long start,
      int afterSeconds,
      ExponentialHistogram histogram) {
    SeriesPoint point =
        Samples.point(name, labels, start, BEGIN + afterSeconds * SECOND)
            .setHistogram(histogram)
            .build();
    assertThat(ServiceMetrics.isAbout(SeriesIdentity.of(point))).isTrue();
    metrics.add(SeriesIdentity.of(point), point);
  }

  private static ExponentialHistogram histogram(long count, double value) {
    return Samples.histogram(count, value);
  }
}
