package io.sluice.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.jdbc.datasource.JdbcTelemetry;
import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import io.opentelemetry.instrumentation.logback.appender.v1_0.OpenTelemetryAppender;
import io.opentelemetry.instrumentation.runtimetelemetry.RuntimeTelemetry;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricExporter;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The libraries of others that the documentation sends people to, on this telemetry. */
class LibrariesTest {

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryLogRecordExporter logs = InMemoryLogRecordExporter.create();
  private final InMemoryMetricExporter metrics = InMemoryMetricExporter.create();
  private final ServiceTelemetry telemetry =
      ServiceTelemetry.builder("shop")
          .spanExporter(spans)
          .logExporter(logs)
          .metricExporter(metrics)
          .build();

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void databasesOverJdbc() throws SQLException {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setURL("jdbc:h2:mem:orders");
    DataSource orders = JdbcTelemetry.create(telemetry.openTelemetry()).wrap(h2);
    try (Connection connection = orders.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT 'secret' FROM DUAL WHERE 1 = ?")) {
      select.setInt(1, 1);
      select.executeQuery().close();
    }

    assertThat(finished())
        .filteredOn(span -> span.getKind() == SpanKind.CLIENT)
        .extracting(span -> span.getAttributes().asMap().toString())
        .hasSize(1)
        .allMatch(attributes -> attributes.contains("h2") && attributes.contains("SELECT ?"))
        .noneMatch(attributes -> attributes.contains("secret"));
  }

  @Test
  void contextInTheHeadersOfKafka() {
    MockProducer<String, String> kafka =
        new MockProducer<>(true, null, new StringSerializer(), new StringSerializer());
    Span order = telemetry.openTelemetry().getTracer("test").spanBuilder("order").startSpan();
    try (Producer<String, String> producer =
            KafkaTelemetry.create(telemetry.openTelemetry()).wrap(kafka);
        Scope current = order.makeCurrent()) {
      var unused = producer.send(new ProducerRecord<>("orders", "order 1"));
    }
    order.end();

    SpanData sent =
        finished().stream()
            .filter(span -> span.getKind() == SpanKind.PRODUCER)
            .findFirst()
            .orElseThrow();
    assertThat(sent.getParentSpanId()).isEqualTo(order.getSpanContext().getSpanId());
    assertThat(
            new String(
                kafka.history().get(0).headers().lastHeader("traceparent").value(),
                StandardCharsets.UTF_8))
        .startsWith("00-" + sent.getTraceId() + "-" + sent.getSpanId() + "-");
  }

  @Test
  @SuppressWarnings("deprecation") // the setting for key-values, which is still off by default
  void logsOfLogbackInTheContextOfTheTrace() {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    OpenTelemetryAppender appender = new OpenTelemetryAppender();
    appender.setContext(context);
    appender.setCaptureKeyValuePairAttributes(true);
    appender.setOpenTelemetry(telemetry.openTelemetry());
    appender.start();
    Logger logger = context.getLogger("shop");
    logger.addAppender(appender);
    Span order = telemetry.openTelemetry().getTracer("test").spanBuilder("order").startSpan();
    try (Scope current = order.makeCurrent()) {
      logger.atInfo().addKeyValue("items", "3").log("placed");
    }

    assertThat(telemetry.flush(Duration.ofSeconds(10))).isTrue();
    LogRecordData log = logs.getFinishedLogRecordItems().get(0);
    assertThat(log.getSpanContext()).isEqualTo(order.getSpanContext());
    assertThat(log.getAttributes().asMap()).containsValue("3");
  }

  @Test
  void metricsOfTheJvm() throws Exception {
    try (RuntimeTelemetry jvm = RuntimeTelemetry.create(telemetry.openTelemetry())) {
      assertThat(telemetry.flush(Duration.ofSeconds(10))).isTrue();
    }
    assertThat(metrics.getFinishedMetricItems())
        .extracting(metric -> metric.getName())
        .contains("jvm.memory.used", "jvm.thread.count");
  }

  private List<SpanData> finished() {
    assertThat(telemetry.flush(Duration.ofSeconds(10))).isTrue();
    return spans.getFinishedSpanItems();
  }
}
