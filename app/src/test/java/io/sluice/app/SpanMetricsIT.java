package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.Prometheus.Sample;
import io.sluice.schemas.Topics;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * While spans come in, a process is killed and comes back, a second one joins, is killed, comes
 * back and leaves. What Prometheus itself computes as the increase over the whole run is the number
 * of spans that were sent.
 */
@WithBroker
@NeedsProgram("prometheus")
class SpanMetricsIT {

  private static final int SERVICES = 6;
  private static final String CALLS = "traces_spanmetrics_calls_total";

  @TempDir private Path directory;

  private final AtomicInteger sent = new AtomicInteger();
  private final List<SluiceCommand> started = new ArrayList<>();
  private volatile boolean sending = true;

  @Test
  void increasesByTheNumberOfSpansWhateverHappensToTheProcesses(TestBroker broker)
      throws Exception {
    broker.createTopics(3);
    Path config = SluiceCommand.config(directory, broker, 3);
    ExecutorService sender = Executors.newSingleThreadExecutor();
    try (Prometheus prometheus = Prometheus.start(directory)) {
      SluiceCommand a = start(config, "a", prometheus);
      send(broker); // the first value that Prometheus sees is not an increase to it
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> assertThat(calls(prometheus)).hasSize(SERVICES));
      int before = sent.get();
      Future<?> done = sender.submit(() -> sendOn(broker));

      awaitMore(200);
      a.kill();
      awaitMore(100);
      start(config, "a", prometheus);
      awaitMore(300);
      SluiceCommand b = start(config, "b", prometheus);
      awaitMore(500);
      b.kill();
      awaitMore(100);
      b = start(config, "b", prometheus);
      awaitMore(300);
      b.stop();
      awaitMore(100);
      sending = false;
      done.get(1, TimeUnit.MINUTES);

      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () ->
                  assertThat(calls(prometheus).values())
                      .extracting(samples -> samples.get(samples.size() - 1).value())
                      .containsOnly((double) sent.get()));
      calls(prometheus)
          .forEach(
              (service, samples) ->
                  assertThat(increase(prometheus, service, samples))
                      .as("of %s, samples %s", service, samples)
                      .isEqualTo(sent.get() - before));
    } finally {
      started.forEach(SluiceCommand::close);
      sender.shutdownNow();
    }
  }

  /**
   * As Prometheus computes it, over exactly the time from the first sample to the last: beyond them
   * it would extrapolate.
   */
  private static double increase(Prometheus prometheus, String service, List<Sample> samples) {
    long from = samples.get(0).millis();
    long to = samples.get(samples.size() - 1).millis();
    return prometheus.value(
        String.format(Locale.ROOT, "increase(%s{service=\"%s\"}[%dms])", CALLS, service, to - from),
        to);
  }

  private static Map<String, List<Sample>> calls(Prometheus prometheus) {
    return prometheus.samples(CALLS + "[1h]", "service");
  }

  private void sendOn(TestBroker broker) {
    while (sending) {
      send(broker);
    }
  }

  /** One span of each service, in a trace of its own. */
  private void send(TestBroker broker) {
    int number = sent.incrementAndGet();
    for (int service = 0; service < SERVICES; service++) {
      long id = (long) number * SERVICES + service;
      SpanBuilder span =
          Telemetry.service("service-" + service)
              .span("work")
              .trace(Telemetry.traceId(id))
              .id(Telemetry.spanId(id))
              .start(Instant.now())
              .took(Duration.ofMillis(5));
      byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(id).array();
      broker.produce(Topics.SPANS, key, Telemetry.spans(span).toByteArray());
    }
  }

  private void awaitMore(int rounds) {
    int enough = sent.get() + rounds;
    await().atMost(Duration.ofMinutes(2)).until(() -> sent.get() >= enough);
  }

  private SluiceCommand start(Path config, String name, Prometheus prometheus) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run", "spanmetrics", "prometheus-sink"));
    arguments.addAll(List.of("--config", config.toString()));
    arguments.addAll(List.of("--data", directory.resolve(name).toString()));
    arguments.addAll(List.of("--set", "telemetry.port=0", "--set", "prometheusSink.port=0"));
    SluiceCommand command = SluiceCommand.run(directory, arguments.toArray(String[]::new));
    started.add(command);
    command.awaitRunning();
    prometheus.scrape(command.address("metrics"));
    return command;
  }
}
