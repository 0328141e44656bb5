package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.RecordHeaders;
import io.sluice.schemas.Signal;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.otlp.EveryTextField;
import io.sluice.testkit.JsonPrinter;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * A secret in every field that OTLP's descriptors have, a field of a later OTLP too: through the
 * stage none comes out, whether the request is taken or fails.
 */
class EveryFieldTopologyTest {

  private static final byte[] NO_KEY = {};
  private static final String CORE = "q7KvR2mZ9xTw4LpB8sNd";
  private static final long CARD = 4111111111111111L;

  private static final List<String> SECRETS =
      List.of(
          "login failed, password=" + CORE,
          "Authorization: Bearer " + CORE,
          "connecting to postgresql://shop:" + CORE + "@db:5432/orders",
          "{\"user\":\"ann\",\"api_key\":\"" + CORE + "\"}",
          "card 4111 1111 1111 1111 declined");

  /** Measured, counted and timed: no place for what someone typed. */
  private static final Map<Signal, Set<String>> MEASUREMENTS =
      Map.of(
          Signal.LOGS,
          Set.of("LogRecord.time_unix_nano", "LogRecord.observed_time_unix_nano"),
          Signal.SPANS,
          Set.of("Span.start_time_unix_nano", "Span.end_time_unix_nano", "Event.time_unix_nano"),
          Signal.METRICS,
          Set.of(
              "NumberDataPoint.start_time_unix_nano",
              "NumberDataPoint.time_unix_nano",
              "NumberDataPoint.as_double",
              "NumberDataPoint.as_int",
              "Exemplar.time_unix_nano",
              "Exemplar.as_double",
              "Exemplar.as_int",
              "HistogramDataPoint.start_time_unix_nano",
              "HistogramDataPoint.time_unix_nano",
              "HistogramDataPoint.count",
              "HistogramDataPoint.sum",
              "HistogramDataPoint.bucket_counts",
              "HistogramDataPoint.explicit_bounds",
              "HistogramDataPoint.min",
              "HistogramDataPoint.max",
              "ExponentialHistogramDataPoint.start_time_unix_nano",
              "ExponentialHistogramDataPoint.time_unix_nano",
              "ExponentialHistogramDataPoint.count",
              "ExponentialHistogramDataPoint.sum",
              "ExponentialHistogramDataPoint.zero_count",
              "ExponentialHistogramDataPoint.min",
              "ExponentialHistogramDataPoint.max",
              "ExponentialHistogramDataPoint.zero_threshold",
              "Buckets.bucket_counts",
              "SummaryDataPoint.start_time_unix_nano",
              "SummaryDataPoint.time_unix_nano",
              "SummaryDataPoint.count",
              "SummaryDataPoint.sum",
              "ValueAtQuantile.quantile",
              "ValueAtQuantile.value"));

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger("io.sluice");
  private final StageTestDriver driver =
      StageTestDriver.of(new SanitizeProcessor())
          .partitions(1)
          .at(Telemetry.START)
          .define(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES))
          .start();

  static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of(
            Signal.LOGS, Topics.RAW_LOGS, Topics.LOGS, ExportLogsServiceRequest.getDescriptor()),
        Arguments.of(
            Signal.SPANS,
            Topics.RAW_SPANS,
            Topics.SPANS,
            ExportTraceServiceRequest.getDescriptor()),
        Arguments.of(
            Signal.METRICS,
            Topics.RAW_METRICS,
            Topics.METRICS,
            ExportMetricsServiceRequest.getDescriptor()));
  }

  @BeforeEach
  void listen() {
    log.start();
    root.addAppender(log);
  }

  @AfterEach
  void close() {
    root.detachAppender(log);
    driver.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void takesASecretOutOfEveryField(Signal signal, Topic raw, Topic clean, Descriptor type)
      throws Exception {
    for (String secret : SECRETS) {
      for (Message request : EveryTextField.of(type, secret)) {
        driver.send(raw, NO_KEY, request.toByteArray());
      }
      List<TestRecord<byte[], byte[]>> records = driver.read(clean);

      assertThat(driver.deadLetters()).isEmpty();
      assertThat(records).isNotEmpty();
      for (TestRecord<byte[], byte[]> record : records) {
        assertHoldsNone(JsonPrinter.print(DynamicMessage.parseFrom(type, record.value())));
        assertHoldsNone(new String(record.value(), StandardCharsets.ISO_8859_1));
        assertHoldsNone(header(record, RecordHeaders.SERVICE));
      }
      List<TestRecord<byte[], byte[]>> redactions = driver.read(Topics.REDACTIONS);
      assertThat(redactions).isNotEmpty();
      redactions.forEach(
          record -> assertHoldsNone(new String(record.value(), StandardCharsets.ISO_8859_1)));
    }
    assertTheLogHoldsNone();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void tellsNoneInWhatIsClearOfADeadLetter(Signal signal, Topic raw, Topic clean, Descriptor type) {
    for (String secret : SECRETS) {
      for (Message request : EveryTextField.of(type, secret)) {
        byte[] whole = request.toByteArray();
        driver.send(raw, NO_KEY, Arrays.copyOf(whole, whole.length - 3));
        driver.send(raw, NO_KEY, Arrays.copyOfRange(whole, whole.length / 2, whole.length));
        driver.send(raw, NO_KEY, secret.getBytes(StandardCharsets.UTF_8));
      }
    }
    List<DeadLetter> letters = driver.deadLetters();
    assertThat(letters).hasSizeGreaterThanOrEqualTo(2 * SECRETS.size());
    for (DeadLetter letter : letters) {
      assertHoldsNone(
          letter.getStage() + letter.getReason() + letter.getMessage() + letter.getTopic());
    }
    for (TestRecord<byte[], byte[]> record : driver.read(clean)) {
      assertHoldsNone(new String(record.value(), StandardCharsets.ISO_8859_1));
    }
    assertTheLogHoldsNone();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void takesACardOutOfEveryNumberThatIsAValueAndLeavesWhatIsMeasured(
      Signal signal, Topic raw, Topic clean, Descriptor type) throws Exception {
    RequestSanitizer sanitizer =
        new RequestSanitizer(
            Sanitizer.of(RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES))),
            signal);
    Set<String> left = new TreeSet<>();
    for (Message request : EveryTextField.withNumbers(type, "x", CARD)) {
      byte[] bytes = sanitizer.sanitize(request.toByteArray()).bytes();
      collect(DynamicMessage.parseFrom(type, bytes), left);
    }

    assertThat(left).isEqualTo(new TreeSet<>(MEASUREMENTS.get(signal)));
  }

  private static void collect(Message message, Set<String> left) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              List<?> values = field.isRepeated() ? (List<?>) value : List.of(value);
              for (Object each : values) {
                if (each instanceof Message inner) {
                  collect(inner, left);
                } else if (each instanceof Number number && number.longValue() == CARD) {
                  left.add(name(field));
                }
              }
            });
  }

  private static String name(FieldDescriptor field) {
    return field.getContainingType().getName() + "." + field.getName();
  }

  private void assertTheLogHoldsNone() {
    for (ILoggingEvent event : log.list) {
      assertHoldsNone(event.getFormattedMessage());
      for (IThrowableProxy cause = event.getThrowableProxy();
          cause != null;
          cause = cause.getCause()) {
        assertHoldsNone(String.valueOf(cause.getMessage()));
      }
    }
  }

  private static void assertHoldsNone(String text) {
    assertThat(text).doesNotContain(CORE, "4111 1111 1111 1111", "4111111111111111");
  }

  private static String header(TestRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
