package io.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The jar as people use it: beside the agent, in front of a service that knows nothing of it. */
@WithBroker
class AgentIT {

  @Test
  @Timeout(180)
  void aServiceUnderTheAgentSendsEverythingToKafkaWithoutALineOfCode(TestBroker broker)
      throws Exception {
    for (Topic topic : List.of(Topics.RAW_SPANS, Topics.RAW_LOGS, Topics.RAW_METRICS)) {
      broker.createTopic(topic, 2);
    }
    String orders = broker.connection().namespace().name() + ".orders";
    broker.admin().createTopics(List.of(new NewTopic(orders, 1, (short) 1))).all().get();

    Process service =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-javaagent:" + jarOf("io.opentelemetry.javaagent.OpenTelemetryAgent"),
                "-Dotel.javaagent.extensions=" + System.getProperty("extension.jar"),
                "-Dotel.traces.exporter=sluice-kafka",
                "-Dotel.logs.exporter=sluice-kafka",
                "-Dotel.metrics.exporter=sluice-kafka",
                "-Dotel.exporter.sluice-kafka.bootstrap.servers="
                    + broker.connection().bootstrapServers(),
                "-Dotel.exporter.sluice-kafka.namespace=" + broker.connection().namespace().name(),
                // The agent ends the metrics of the JVM before the last export.
                "-Dotel.metric.export.interval=200",
                "-Dotel.service.name=plain",
                "-Xmx256m",
                "-cp",
                classPath(),
                PlainService.class.getName(),
                broker.connection().bootstrapServers(),
                orders)
            .redirectErrorStream(true)
            .start();
    String said = new String(service.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(service.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(said).contains("served").doesNotContain("Exception");

    List<Span> spans = new ArrayList<>();
    for (var record : broker.records(Topics.RAW_SPANS)) {
      ExportTraceServiceRequest.parseFrom(record.value())
          .getResourceSpansList()
          .forEach(
              resource ->
                  resource
                      .getScopeSpansList()
                      .forEach(scope -> spans.addAll(scope.getSpansList())));
    }
    assertThat(spans)
        .as(said)
        .extracting(Span::getName)
        .contains("GET /products", "GET", orders + " publish")
        // What carries telemetry is not traced; the service's own client is.
        .noneMatch(name -> name.contains("otlp_"));
    List<String> logs = new ArrayList<>();
    for (var record : broker.records(Topics.RAW_LOGS)) {
      for (var resource :
          ExportLogsServiceRequest.parseFrom(record.value()).getResourceLogsList()) {
        for (var scope : resource.getScopeLogsList()) {
          scope.getLogRecordsList().forEach(log -> logs.add(log.getBody().getStringValue()));
        }
      }
    }
    assertThat(logs)
        .contains("showing the products")
        .noneMatch(text -> text.contains("clientId=sluice-exporter"));
    Set<String> metrics = new TreeSet<>();
    for (var record : broker.records(Topics.RAW_METRICS)) {
      ExportMetricsServiceRequest.parseFrom(record.value())
          .getResourceMetricsList()
          .forEach(
              resource ->
                  resource
                      .getScopeMetricsList()
                      .forEach(
                          scope ->
                              scope
                                  .getMetricsList()
                                  .forEach(metric -> metrics.add(metric.getName()))));
    }
    assertThat(metrics)
        .contains(
            "jvm.memory.used", "http.server.request.duration", "otel.sdk.exporter.span.exported");
  }

  /** What the service needs: itself and Kafka's client with what that one logs to. */
  private static String classPath() throws Exception {
    return Stream.of(
            jarOf(PlainService.class.getName()),
            jarOf(KafkaProducer.class.getName()),
            jarOf("org.slf4j.Logger"))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path jarOf(String type) throws Exception {
    Class<?> loaded = Class.forName(type, false, AgentIT.class.getClassLoader());
    return Path.of(loaded.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
