package io.sluice.app;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.alerts.AlertsConfig;
import io.sluice.alerts.AlertsProcessor;
import io.sluice.processor.StreamProcessor;
import io.sluice.processor.runtime.DefinitionsReader;
import io.sluice.processor.runtime.StageRunner;
import io.sluice.processor.runtime.StreamsSettings;
import io.sluice.processors.sanitize.SanitizeConfig;
import io.sluice.processors.sanitize.SanitizeProcessor;
import io.sluice.processors.sli.SliConfig;
import io.sluice.processors.sli.SliProcessor;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page fires, and then the sanitizer is gone: what the service does now nobody knows. */
@WithBroker
class DeadSanitizerIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final AvroSerde<Alert> ALERTS = AvroSerde.of(Alert.getClassSchema());
  private static final AvroSerde<DefinitionSet> SETS = AvroSerde.of(DefinitionSet.getClassSchema());

  /** Longer than the SLI stage waits before it says that nothing happened. */
  private static final Duration LATE = Duration.ofSeconds(13);

  private static final String SLO =
      """
      apiVersion: openslo/v1
      kind: SLO
      metadata: {name: shop}
      spec:
        service: shop
        indicator:
          spec:
            ratioMetric:
              total:
                metricSource: {type: sluice, spec: {signal: spans, selector: {service: shop}}}
              good: {metricSource: {type: sluice, spec: {noError: true}}}
        timeWindow: [{duration: 1h, isRolling: true}]
        budgetingMethod: Occurrences
        objectives: [{target: 0.99}]
        alertPolicies:
          - spec:
              conditions:
                - spec:
                    severity: page
                    condition: {kind: burnrate, threshold: 5, lookbackWindow: 10s, shortWindow: 2s}
      """;

  @TempDir private Path directory;

  @Test
  void thePageStaysAndTheSloIsUnknown(TestBroker broker) {
    broker.createTopics(2);
    DefinitionSet slos =
        new DefinitionSet(
            DefinitionKinds.SLOS, 1L, 0L, List.of(new DefinitionDocument("shop.yaml", SLO)));
    broker.produce(
        Topics.DEFINITIONS, slos.getKind().getBytes(StandardCharsets.UTF_8), SETS.encode(slos));
    SliConfig seconds =
        new SliConfig(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            SliConfig.defaults().maxLateness(),
            SliConfig.defaults().maxAhead());
    try (DefinitionsReader definitions =
            new DefinitionsReader(broker.connection(), ShippedDefinitions::of);
        StageRunner<?> sanitizer =
            stage(broker, definitions, new SanitizeProcessor(), SanitizeConfig.defaults());
        StageRunner<?> sli = stage(broker, definitions, new SliProcessor(), seconds);
        StageRunner<?> alerts = stage(broker, definitions, new AlertsProcessor(), lateSoon())) {
      definitions.start();
      List.of(sanitizer, sli, alerts).forEach(StageRunner::start);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                request(broker);
                return state(broker, "ErrorBudgetBurn") == AlertState.FIRING;
              });

      sanitizer.close();
      for (int i = 0; i < 20; i++) {
        request(broker); // to whichever partition: nobody reads it
      }

      await().atMost(PATIENCE).until(() -> state(broker, "SliInputLate") == AlertState.FIRING);
      assertThat(states(broker, "ErrorBudgetBurn")).last().isEqualTo(AlertState.FIRING);
    }
  }

  private static AlertsConfig lateSoon() {
    AlertsConfig defaults = AlertsConfig.defaults();
    return new AlertsConfig(
        defaults.evaluationInterval(),
        LATE,
        defaults.minimumBadEvents(),
        defaults.keepFiringFor(),
        defaults.corrections(),
        defaults.consoleUrl());
  }

  private <C extends Record> StageRunner<C> stage(
      TestBroker broker, DefinitionsReader definitions, StreamProcessor<C> processor, C config) {
    return new StageRunner<>(
        processor,
        config,
        new StageRunner.Environment(
            broker.connection(),
            StreamsSettings.defaults(),
            directory.resolve(processor.name()),
            definitions,
            new SimpleMeterRegistry(),
            OpenTelemetry.noop()));
  }

  private static void request(TestBroker broker) {
    var span = service("shop").span("GET /").start(Instant.now()).took(Duration.ZERO).error();
    broker.produce(Topics.RAW_SPANS, null, span.toRequestBytes());
  }

  private static AlertState state(TestBroker broker, String alertname) {
    List<AlertState> all = states(broker, alertname);
    return all.isEmpty() ? AlertState.RESOLVED : all.get(all.size() - 1);
  }

  /** Of the one alert of this name, oldest first. */
  private static List<AlertState> states(TestBroker broker, String alertname) {
    return broker.records(Topics.ALERT_HISTORY).stream()
        .map(record -> ALERTS.decode(Objects.requireNonNull(record.value())))
        .filter(alert -> alertname.equals(alert.getLabels().get("alertname")))
        .map(Alert::getState)
        .collect(Collectors.toList());
  }
}
