package io.sluice.processors.sli;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Contributor;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.Slos;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SloPreviewTest {

  private static final String NO_ERROR = "{noError: true}";

  @Test
  void countsWhatMatchesWithExamples() {
    SloPreview preview = preview(TestSlos.slo("shop", "{service: shop}", NO_ERROR));

    assertThat(preview.topics()).containsExactly(Topics.SPANS);
    send(
        preview,
        service("shop").span("GET /").trace(traceId(1)),
        service("shop").span("GET /").trace(traceId(2)).error(),
        service("till").span("GET /").error());

    SloPreview.Match match = preview.matches().get(0);
    assertThat(match.good() + "/" + match.total()).isEqualTo("1/2");
    assertThat(match.goodTraces()).containsExactly(HexFormat.of().formatHex(traceId(1)));
    assertThat(match.badTraces()).containsExactly(HexFormat.of().formatHex(traceId(2)));
    assertThat(match.contributors())
        .contains(
            new Contributor("operation", "GET /", 1L), new Contributor("service", "shop", 1L));
    assertThat(match.first()).isEqualTo(match.last()).isAfterOrEqualTo(Telemetry.START);
    assertThat(match.hint()).isEmpty();
    assertThat(match.slices()).isEmpty();
    assertThat(match.whole()).isTrue();
  }

  @Test
  void namesTheNearestServiceWhenNothingMatches() {
    SloPreview preview = preview(TestSlos.slo("shop", "{service: shpo}", NO_ERROR));
    assertThat(preview.matches().get(0).hint()).isEqualTo("there is no event of its signal");

    send(preview, service("shop").span("GET /"), service("till").span("GET /"));

    assertThat(preview.matches().get(0).hint())
        .isEqualTo("there is no service \"shpo\"; did you mean \"shop\"?");
    assertThat(preview.matches().get(0).first()).isNull();
  }

  @Test
  void countsSlicesWhereTheSloDoes() {
    SloPreview preview =
        preview(
            TestSlos.slo("shop", "{service: shop}", NO_ERROR)
                .replace("budgetingMethod: Occurrences", "budgetingMethod: Timeslices")
                .replace(
                    "target: 0.99", "{target: 0.99, timeSliceTarget: 0.5, timeSliceWindow: 10s}"));
    for (int second : new int[] {1, 11, 21}) {
      send(
          preview,
          service("shop")
              .span("GET /")
              .took(Duration.ZERO)
              .start(Telemetry.START.plusSeconds(second))
              .with(span -> span.getStatusBuilder().setCodeValue(second == 11 ? 2 : 1)));
    }

    SloPreview.Match match = preview.matches().get(0);
    assertThat(match.slices()).isEqualTo("2 of 3 slices of 10s are good");
  }

  @Test
  void meansTheSharesOfSlicesWhereTheSloDoes() {
    SloPreview preview =
        preview(
            TestSlos.slo("shop", "{service: shop}", NO_ERROR)
                .replace("budgetingMethod: Occurrences", "budgetingMethod: RatioTimeslices")
                .replace("target: 0.99", "{target: 0.99, timeSliceWindow: 10s}"));
    for (int second : new int[] {1, 2, 3, 11}) {
      send(
          preview,
          service("shop")
              .span("GET /")
              .took(Duration.ZERO)
              .start(Telemetry.START.plusSeconds(second))
              .with(span -> span.getStatusBuilder().setCodeValue(second == 11 ? 2 : 1)));
    }

    assertThat(preview.matches().get(0).slices())
        .isEqualTo("50.00% is the mean of 2 slices of 10s");
  }

  @Test
  void saysOfWhatWasNotReadOnlyThat() {
    SloPreview preview = preview(TestSlos.slo("shop", "{service: shop}", NO_ERROR));
    preview.stopped(Topics.SPANS);

    assertThat(preview.matches().get(0).hint()).startsWith("not read: ");
    assertThat(preview.matches().get(0).whole()).isFalse();
  }

  private static SloPreview preview(String slo) {
    return new SloPreview(Slos.of(TestSlos.set(1, slo)));
  }

  private static void send(SloPreview preview, SpanBuilder... spans) {
    preview.add(Topics.SPANS, Telemetry.spans(spans).toByteArray());
  }
}
