package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SpanBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedDerivationTest {

  private static final String CALLS = "traces_spanmetrics_calls_total";

  private final Derived red =
      Derived.by(
          (keys, tallies) ->
              new RedDerivation(keys, tallies, List.of("deployment.environment.name", "retries")));

  @Test
  void makesLabelsOfChosenAttributes() {
    Map<String, Double> values =
        Derived.values(
            red.from(
                span().attribute("deployment.environment.name", "prod").attribute("retries", 3L),
                span().attribute("deployment.environment.name", "prod").attribute("retries", 3L),
                span().attribute("deployment.environment.name", "").attribute("retries", true),
                span()));

    assertThat(values)
        .containsEntry(CALLS + labels("prod", "3"), 2d)
        .containsEntry(CALLS + labels("", "true"), 1d)
        .containsEntry(CALLS + labels("", ""), 1d)
        .hasSize(6);
  }

  @Test
  void takesTheFirstOfTheSameAttributeTwice() {
    assertThat(Derived.values(red.from(span().attribute("retries", 1L).attribute("retries", 2L))))
        .containsEntry(CALLS + labels("", "1"), 1d);
  }

  @Test
  void countsSpansWithImpossibleTimesAsOfNoDuration() {
    var points =
        red.from(
            span().took(Duration.ofSeconds(-5)),
            span().took(Duration.ofDays(40)),
            span().start(Instant.EPOCH).took(Duration.ofSeconds(1)));

    assertThat(Derived.histogram(points, "traces_spanmetrics_latency" + labels("", "")))
        .returns(3L, histogram -> histogram.getCount())
        .returns(3L, histogram -> histogram.getZeroCount())
        .returns(0d, histogram -> histogram.getSum());
  }

  private static SpanBuilder span() {
    return service("a").span("x").kind(SERVER);
  }

  private static String labels(String environment, String retries) {
    return "{deployment_environment_name=\""
        + environment
        + "\",retries=\""
        + retries
        + "\",service=\"a\",span_kind=\"SPAN_KIND_SERVER\",span_name=\"x\","
        + "status_code=\"STATUS_CODE_UNSET\"}";
  }
}
