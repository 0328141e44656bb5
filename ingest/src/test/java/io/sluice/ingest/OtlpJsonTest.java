package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.EntityRef;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.testkit.JsonPrinter;
import io.sluice.testkit.Telemetry;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpJsonTest {

  private static final OtlpJson JSON = new OtlpJson(60, Integer.MAX_VALUE);

  @Property(tries = 500)
  void requestsOfAllSignalsReadAsProtobufWouldWriteThem(@ForAll long seed) throws Exception {
    RandomRequests requests = new RandomRequests(seed);
    for (OtlpSignal signal : OtlpSignal.values()) {
      byte[] bytes =
          switch (signal) {
            case TRACES -> requests.spans();
            case LOGS -> requests.logs();
            case METRICS -> requests.metrics();
          };
      assertReadsBack(signal.prototype().getParserForType().parseFrom(bytes));
    }
  }

  @Test
  void partsThatAreRareReadToo() throws Exception {
    assertReadsBack(
        Span.newBuilder()
            .addLinks(Span.Link.newBuilder().setSpanId(id(8)).setTraceId(id(16)).setFlags(-1))
            .setTraceState("a=b")
            .setFlags(0x301)
            .setDroppedAttributesCount(-2)
            .build());
    assertReadsBack(
        Exemplar.newBuilder().setSpanId(id(8)).setTraceId(id(16)).setAsInt(Long.MIN_VALUE).build());
    assertReadsBack(
        ExponentialHistogramDataPoint.newBuilder()
            .setScale(-3)
            .setZeroCount(-1)
            .setMin(Double.NEGATIVE_INFINITY)
            .setPositive(
                ExponentialHistogramDataPoint.Buckets.newBuilder()
                    .setOffset(-7)
                    .addAllBucketCounts(List.of(0L, 300L, -1L)))
            .build());
    assertReadsBack(
        SummaryDataPoint.newBuilder()
            .addQuantileValues(
                SummaryDataPoint.ValueAtQuantile.newBuilder().setQuantile(0.5).setValue(Double.NaN))
            .build());
    assertReadsBack(
        Resource.newBuilder()
            .addEntityRefs(EntityRef.newBuilder().addIdKeys("").addIdKeys("k"))
            .build());
  }

  @ParameterizedTest
  @CsvSource({
    "1700000000000000001",
    "'\"1700000000000000001\"'",
    "1700000000000000001.0",
    "'\"17000000000000000010e-1\"'",
  })
  void longNumbersAreReadExactlyHoweverTheyAreWritten(String number) throws Exception {
    assertThat(log("{\"timeUnixNano\":" + number + "}").getTimeUnixNano())
        .isEqualTo(1700000000000000001L);
  }

  @Test
  void unsignedNumbersHaveTheirWholeRange() throws Exception {
    LogRecord log = log("{\"timeUnixNano\":18446744073709551615,\"flags\":\"4294967295\"}");

    assertThat(log.getTimeUnixNano()).isEqualTo(-1);
    assertThat(log.getFlags()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "\"17\"", "\"SEVERITY_NUMBER_ERROR\""})
  void enumsAreNumbersOrNames(String severity) throws Exception {
    assertThat(log("{\"severityNumber\":" + severity + "}").getSeverityNumberValue()).isEqualTo(17);
  }

  @Test
  void unknownEnumNumberIsKept() throws Exception {
    assertThat(log("{\"severityNumber\":99}").getSeverityNumberValue()).isEqualTo(99);
  }

  @Test
  void idsAreHexInEitherCase() throws Exception {
    LogRecord log =
        log("{\"traceId\":\"5B8EFFF798038103D269B633813FC60C\",\"spanId\":\"eee19b7ec3c1b174\"}");

    assertThat(log.getTraceId().size()).isEqualTo(16);
    assertThat(log.getTraceId().byteAt(0)).isEqualTo((byte) 0x5b);
    assertThat(log.getSpanId().byteAt(7)).isEqualTo((byte) 0x74);
  }

  @ParameterizedTest
  @ValueSource(strings = {"+/8=", "-_8=", "+/8", "-_8"})
  void bytesAreBase64OfEitherAlphabet(String text) throws Exception {
    AnyValue body = log("{\"body\":{\"bytesValue\":\"" + text + "\"}}").getBody();

    assertThat(body.getBytesValue().toByteArray()).isEqualTo(new byte[] {(byte) 0xfb, (byte) 0xff});
  }

  @Test
  void emptyAndZeroValuesAreStillValues() throws Exception {
    assertThat(log("{\"body\":{\"intValue\":0}}").getBody().hasIntValue()).isTrue();
    assertThat(log("{\"body\":{\"stringValue\":\"\"}}").getBody().hasStringValue()).isTrue();
    assertThat(log("{\"body\":{\"arrayValue\":{}}}").getBody().hasArrayValue()).isTrue();
    assertThat(log("{\"severityText\":\"\"}").toByteArray()).isEmpty();
  }

  @Test
  void nullAndUnknownNamesArePassedOver() throws Exception {
    LogRecord log =
        log(
            "{\"body\":null,\"attributes\":null,\"new\":{\"a\":[{\"b\":null}]},\"severityText\":null,"
                + "\"severity_text\":\"WARN\"}");

    assertThat(log).isEqualTo(LogRecord.newBuilder().setSeverityText("WARN").build());
  }

  @Test
  void loneSurrogatesBecomeReplacementCharacters() throws Exception {
    AnyValue body =
        log("{\"body\":{\"stringValue\":\"a\\ud800b\\udc00\\ud83d\\ude42\"}}").getBody();

    assertThat(body.getStringValue()).isEqualTo("a\ufffdb\ufffd\ud83d\ude42");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-32BE"})
  void readsEveryUnicodeEncodingWithItsMark(String charset) throws Exception {
    String marked = charset.equals("UTF-16") ? "{}" : "\ufeff{}";
    byte[] body =
        marked
            .replace("{}", "{\"resourceLogs\":[{\"schemaUrl\":\"ä\"}]}")
            .getBytes(Charset.forName(charset));

    byte[] request = JSON.toProtobuf(body, OtlpSignal.LOGS.prototype());

    assertThat(ExportLogsServiceRequest.parseFrom(request).getResourceLogs(0).getSchemaUrl())
        .isEqualTo("ä");
  }

  private static LogRecord log(String json) throws Exception {
    byte[] bytes =
        JSON.toProtobuf(json.getBytes(StandardCharsets.UTF_8), LogRecord.getDefaultInstance());
    return LogRecord.parseFrom(bytes);
  }

  private static void assertReadsBack(Message message) throws Exception {
    String json = JsonPrinter.print(message);
    byte[] read =
        JSON.toProtobuf(json.getBytes(StandardCharsets.UTF_8), message.getDefaultInstanceForType());

    assertThat(read).as(json).isEqualTo(message.toByteArray());
  }

  private static ByteString id(int length) {
    return ByteString.copyFrom(Telemetry.traceId(7), 16 - length, length);
  }
}
