package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that is no OTLP: refused with what is wrong and where, at no great cost. */
class OtlpJsonRefusalTest {

  private static final OtlpJson JSON = new OtlpJson(60, Integer.MAX_VALUE);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                        | expected an object",
        "'{'                                       | not valid JSON (line 1, column 2)",
        "'[]'                                      | expected an object (line 1, column 1)",
        "'7'                                       | expected an object (line 1, column 1)",
        "'{} {}'                                   | expected nothing after the object",
        "'{\"body\":{\"doubleValue\":NaN}}'        | not valid JSON",
        "'{\"body\":{\"intValue\":\"x\"}}'         | intValue: expected a number",
        "'{\"body\":{\"intValue\":1.5}}'           | intValue: expected a number",
        "'{\"body\":{\"intValue\":9223372036854775808}}' | intValue: expected a number",
        "'{\"body\":{\"intValue\":1e999999999}}'   | intValue: expected a number",
        "'{\"timeUnixNano\":1e-999999999}'    | timeUnixNano: expected a number",
        "'{\"timeUnixNano\":-1}'                   | timeUnixNano: expected a number",
        "'{\"timeUnixNano\":18446744073709551616}' | timeUnixNano: expected a number",
        "'{\"severityNumber\":\"LOUD\"}'           | severityNumber: expected a number or name of"
            + " SeverityNumber",
        "'{\"body\":{\"boolValue\":\"yes\"}}'      | boolValue: expected true or false",
        "'{\"traceId\":\"W47/95gDgQPSabYzgT/GDA==\"}' | traceId: expected hex digits",
        "'{\"spanId\":\"eee19b7ec3c1b17\"}'        | spanId: expected hex digits",
        "'{\"body\":{\"bytesValue\":\"!!!!\"}}'    | bytesValue: expected base64",
        "'{\"body\":\"text\"}'                     | body: expected an object",
        "'{\"attributes\":{}}'                     | attributes: expected an array",
        "'{\"attributes\":[null]}'                 | attributes: expected an object",
        "'{\"severityText\":{}}'                   | severityText: expected a single value",
        "'{\"severityText\":\"a\",\"severity_text\":\"b\"}' | severityText: given twice",
        "'{\"body\":{},\"body\":{}}'               | body: given twice",
        "'{\"attributes\":[],\"attributes\":[]}'   | attributes: given twice",
        "'{\"body\":{\"intValue\":1,\"stringValue\":\"a\"}}' | stringValue: a second one of value",
      })
  void whatIsNoOtlpIsRefusedWithThePlace(String json, String sentence) {
    assertThatThrownBy(() -> log(json))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(sentence)
        .hasMessageMatching(".*\\(line \\d+, column \\d+\\)")
        .extracting(e -> ((InvalidInputException) e).reason())
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  void nullIsNoElementOfAnArray() {
    byte[] json = "{\"explicitBounds\":[1,null]}".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> JSON.toProtobuf(json, HistogramDataPoint.getDefaultInstance()))
        .hasMessageStartingWith("explicitBounds: expected a single value");
  }

  @Test
  void numbersThatGrowAreRefusedBeforeTheyHaveGrown() {
    byte[] json =
        ("{\"bucketCounts\":[" + "1,".repeat(100_000) + "1]}").getBytes(StandardCharsets.UTF_8);
    AtomicLong taken = new AtomicLong();

    assertThatThrownBy(
            () ->
                new OtlpJson(60, 200_000)
                    .toProtobuf(
                        Slice.of(json), HistogramDataPoint.getDefaultInstance(), taken::addAndGet))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the body is larger than 200000 bytes as protobuf")
        .extracting(e -> ((InvalidInputException) e).reason())
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(taken).hasValueBetween(200_000L, 400_000L);
  }

  @Test
  void countsWhatLongTextTakes() {
    byte[] json =
        ("{\"severityText\":\"" + "x".repeat(1_000_000) + "\"}").getBytes(StandardCharsets.UTF_8);
    AtomicLong taken = new AtomicLong();

    Slice log =
        new OtlpJson(60, 2_000_000)
            .toProtobuf(Slice.of(json), LogRecord.getDefaultInstance(), taken::addAndGet);

    assertThat(log.length()).isEqualTo(1_000_004);
    assertThat(taken).hasValueBetween(4_500_000L, 6_000_000L);
  }

  /** Reading all of its digits would take hours. */
  @Test
  @Timeout(30)
  void numberOfMillionsOfDigitsIsRefusedAtOnce() {
    assertThatThrownBy(() -> log("{\"timeUnixNano\":\"" + "9".repeat(5_000_000) + "\"}"))
        .hasMessageStartingWith("timeUnixNano: expected a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"new\":"})
  void tenThousandLevelsAreRefused(String open) {
    assertThatThrownBy(() -> log("{\"new\":" + open.repeat(10_000)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("the JSON is nested deeper than 60")
        .extracting(e -> ((InvalidInputException) e).reason())
        .isEqualTo(Reason.TOO_DEEP);
  }

  @Test
  void refusalHoldsNothingOfTheInput() {
    for (String json :
        List.of(
            "{\"traceId\":\"hunter2\"}",
            "{\"hunter2",
            "{\"hunter2\":hunter2}",
            "{\"severityNumber\":\"hunter2\"}")) {
      assertThatThrownBy(() -> log(json)).hasMessageNotContaining("hunter2");
    }
  }

  private static LogRecord log(String json) throws Exception {
    byte[] bytes =
        JSON.toProtobuf(json.getBytes(StandardCharsets.UTF_8), LogRecord.getDefaultInstance());
    return LogRecord.parseFrom(bytes);
  }
}
