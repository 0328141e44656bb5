package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sluice.sinks.search.LuceneStore;
import io.sluice.sinks.search.QueryMemory;
import io.sluice.sinks.search.SearchStore;
import io.sluice.sinks.search.TooMuchToScanException;
import io.sluice.testkit.MovingClock;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TraceBuilder;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of more traces than one query looks at. */
@SuppressWarnings("NullAway.Init") // start comes first
class JaegerDependenciesTest {

  private static final int MOST_SCANNED = 3;

  @TempDir private Path directory;
  private final MovingClock clock = new MovingClock(Telemetry.START);
  private SearchStore store;

  /** A call 30 minutes ago, and one each hour before. */
  @BeforeEach
  void start() {
    store = LuceneStore.open(directory, MOST_SCANNED);
    for (int i = 1; i <= 6; i++) {
      SpanBuilder root =
          Telemetry.service("cart")
              .span("GET /")
              .kind(SpanKind.CLIENT)
              .start(Telemetry.START.minus(Duration.ofMinutes(60L * i - 30)))
              .calls(Telemetry.service("stock").span("count").kind(SpanKind.SERVER));
      TraceBuilder trace = TraceBuilder.trace(Telemetry.traceId(i), root);
      store.put(Samples.trace(trace, "cart", "GET /"));
    }
    store.refresh();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void areThoseOfTheTime() {
    JsonNode answer = of(Duration.ZERO, Duration.ofHours(3));
    assertThat(calls(answer)).isEqualTo(3);
    assertThat(answer.has("warnings")).isFalse();
  }

  @Test
  void areThoseOfTheNewestPartThatCanBeLookedAt() {
    JsonNode answer = of(Duration.ZERO, Duration.ofHours(8));
    assertThat(calls(answer)).as("of two hours").isEqualTo(2);
    assertThat(answer.get("errors").isNull()).as("with any, Grafana shows no data").isTrue();
    assertThat(answer.at("/warnings/0").asText())
        .contains("more traces in this time than one query looks at")
        .contains("since " + Telemetry.START.minus(Duration.ofHours(2)));
  }

  @Test
  void theTimeToComeIsNoneOfThatPart() {
    JsonNode answer = of(Duration.ofHours(24), Duration.ofHours(32));
    assertThat(calls(answer)).as("of two hours until now").isEqualTo(2);
  }

  @Test
  void areRefusedWhereNobodyCalledLately() {
    clock.advance(Duration.ofDays(30));
    assertThatThrownBy(() -> of(Duration.ofDays(30), Duration.ofDays(31)))
        .isInstanceOf(TooMuchToScanException.class);
  }

  private static long calls(JsonNode answer) {
    assertThat(answer.get("data")).hasSize(1);
    return answer.at("/data/0/callCount").asLong();
  }

  /**
   * @param until after the start
   */
  private JsonNode of(Duration until, Duration lookback) {
    long end = Telemetry.START.plus(until).toEpochMilli();
    String path = "/?endTs=" + end + "&lookback=" + lookback.toMillis();
    Call call =
        new Call(
            ServiceRequestContext.of(HttpRequest.of(HttpMethod.GET, path)),
            new QueryMemory(1 << 24).share(),
            clock);
    return new ObjectMapper().valueToTree(new JaegerDependencies(store, clock).of(call));
  }
}
