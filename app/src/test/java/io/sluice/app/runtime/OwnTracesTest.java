package io.sluice.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.sluice.app.config.TelemetrySettings;
import io.sluice.app.config.TelemetrySettings.LogLevel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnTracesTest {

  private static final LongSupplier STOPPED = new AtomicLong()::get;

  private final List<String> received = new CopyOnWriteArrayList<>();
  private final Server ingest =
      Server.builder()
          .http(0)
          .serviceUnder(
              "/",
              (context, request) ->
                  HttpResponse.of(
                      request
                          .aggregate()
                          .thenApply(
                              whole -> {
                                received.add(whole.content().toString(StandardCharsets.UTF_8));
                                return HttpResponse.of(HttpStatus.SERVICE_UNAVAILABLE);
                              })))
          .build();

  @BeforeEach
  void start() {
    ingest.start().join();
  }

  @AfterEach
  void stop() {
    var unused = ingest.stop(); // ends two seconds later: so long its threads look for more
  }

  @Test
  void goToTheIngestOfTheProcess() {
    OwnTraces traces = new OwnTraces(settings(1, null), true, STOPPED);
    traces.sendTo(ingest.activeLocalPort());
    span(traces, "a span");
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> received.stream().anyMatch(body -> body.contains("a span")));
    traces.close();
  }

  @Test
  void goWhereTheSettingsSayInAProcessWithoutIngest() {
    String endpoint = "http://127.0.0.1:" + ingest.activeLocalPort();
    OwnTraces traces = new OwnTraces(settings(1, endpoint), false, STOPPED);
    span(traces, "a span");
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> received.stream().anyMatch(body -> body.contains("a span")));
    traces.close();
  }

  @Test
  void areNotMadeWhereNobodyTakesThem() {
    assertThat(new OwnTraces(settings(1, null), false, STOPPED).openTelemetry())
        .isSameAs(OpenTelemetry.noop());
    assertThat(new OwnTraces(settings(0, null), true, STOPPED).openTelemetry())
        .isSameAs(OpenTelemetry.noop());
  }

  @Test
  void beginOnlySoManyInASecond() {
    AtomicLong ticks = new AtomicLong(-7_000); // they may begin anywhere
    OwnTraces traces = new OwnTraces(settings(1, null), true, ticks::get);
    Tracer tracer = traces.openTelemetry().getTracer("test");
    assertThat(tracer.spanBuilder("first").startSpan().isRecording()).isTrue();
    assertThat(tracer.spanBuilder("second").startSpan().isRecording()).isFalse();
    ticks.addAndGet(1_000);
    assertThat(tracer.spanBuilder("third").startSpan().isRecording()).isTrue();
    traces.close();
  }

  private static void span(OwnTraces traces, String name) {
    traces.openTelemetry().getTracer("test").spanBuilder(name).startSpan().end();
  }

  private static TelemetrySettings settings(double tracesPerSecond, @Nullable String endpoint) {
    return new TelemetrySettings(tracesPerSecond, endpoint, "", LogLevel.INFO, "127.0.0.1", 0);
  }
}
