package io.sluice.processors.sanitize.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.sluice.schemas.otlp.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class LogShapingPropertiesTest {

  private static final UnknownFieldSet UNKNOWN =
      UnknownFieldSet.newBuilder()
          .addField(
              1000,
              UnknownFieldSet.Field.newBuilder()
                  .addLengthDelimited(ByteString.copyFromUtf8("from a newer build"))
                  .build())
          .build();

  private final LogShaper shaper = new LogShaper(true, 1 << 20, (buf, start, end) -> false);

  private static Arbitrary<String> key() {
    return Arbitraries.of(
        "msg",
        "message",
        "level",
        "severity",
        "trace_id",
        "span_id",
        "dd.trace_id",
        "error",
        "err",
        "stack_trace",
        "exception",
        "exception.type",
        "exception.stacktrace",
        "err.stack",
        "trace",
        "log",
        "user",
        "body.user",
        "body.level",
        "body.msg",
        "n",
        "a");
  }

  private static Arbitrary<String> leaf() {
    return Arbitraries.of(
        "info",
        "WARN",
        "30",
        "x",
        "hello world",
        "",
        " ",
        "0af7651916cd43dd8448eb211c80319c",
        "b7ad6b7169203331",
        "java.lang.Error: x\n\tat A.b(A.java:1)",
        "failed\njava.lang.Error: x\n\tat A.b(A.java:1)\n",
        "Error: x\n    at f (a.js:1:2)",
        "PayError",
        "{",
        "{\"",
        "é",
        "a=1 b=2");
  }

  /** Bodies of all formats, with bodies of all formats inside. */
  private static Arbitrary<String> body(int depth) {
    return depth == 0
        ? leaf()
        : Arbitraries.frequencyOf(
            Tuple.of(2, leaf()),
            Tuple.of(3, json(depth - 1)),
            Tuple.of(1, logfmt(depth - 1)),
            Tuple.of(1, Combinators.combine(leaf(), leaf()).as((a, b) -> a + "\n" + b)));
  }

  private static Arbitrary<String> json(int depth) {
    Arbitrary<String> nested =
        key().tuple2().map(keys -> "{\"" + keys.get1() + "\":1,\"" + keys.get2() + "\":\"x\"}");
    Arbitrary<String> value =
        Arbitraries.frequencyOf(
            Tuple.of(6, body(depth).map(LogShapingPropertiesTest::quoted)),
            Tuple.of(1, nested),
            Tuple.of(1, Arbitraries.of("1", "null", "[1]", "{}", "30")));
    return Combinators.combine(key(), value)
        .as((key, v) -> "\"" + key + "\":" + v)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .map(members -> members.stream().collect(Collectors.joining(",", "{", "}")));
  }

  private static Arbitrary<String> logfmt(int depth) {
    return Combinators.combine(key(), body(depth).map(LogShapingPropertiesTest::quoted))
        .as((key, v) -> key + "=" + v)
        .list()
        .ofMinSize(2)
        .ofMaxSize(4)
        .map(pairs -> String.join(" ", pairs));
  }

  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
        + '"';
  }

  private static Arbitrary<AnyValue> value() {
    return Arbitraries.oneOf(
        body(3).map(text -> AnyValue.newBuilder().setStringValue(text).build()),
        leaf().map(text -> AnyValue.newBuilder().setStringValue(text).build()),
        Arbitraries.of(
            AnyValue.getDefaultInstance(),
            AnyValue.newBuilder().setIntValue(30).build(),
            AnyValue.newBuilder().setKvlistValue(KeyValueList.getDefaultInstance()).build(),
            AnyValue.newBuilder().setStringValue("x").setUnknownFields(UNKNOWN).build()));
  }

  private static Arbitrary<KeyValue> attribute() {
    return Combinators.combine(key(), value())
        .as((key, v) -> KeyValue.newBuilder().setKey(key).setValue(v).build());
  }

  private static Arbitrary<LogRecord> record() {
    return Combinators.combine(
            value(),
            Arbitraries.of(0, 0, 9, 17, 99),
            Arbitraries.of("", "", "INFO", "warning", "what"),
            attribute().list().ofMaxSize(4),
            Arbitraries.of("", "0123456789abcdef", "short"),
            Arbitraries.of("", "01234567"),
            Arbitraries.of(true, false))
        .as(
            (body, number, text, attributes, trace, span, unknown) -> {
              LogRecord.Builder log =
                  LogRecord.newBuilder()
                      .setTimeUnixNano(1)
                      .setBody(body)
                      .setSeverityNumberValue(number)
                      .setSeverityText(text)
                      .addAllAttributes(distinct(attributes))
                      .setTraceId(ByteString.copyFromUtf8(trace))
                      .setSpanId(ByteString.copyFromUtf8(span))
                      .setFlags(1);
              return unknown ? log.setUnknownFields(UNKNOWN).build() : log.build();
            });
  }

  private static List<KeyValue> distinct(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(Collectors.toMap(KeyValue::getKey, a -> a, (a, b) -> a, LinkedHashMap::new))
        .values()
        .stream()
        .toList();
  }

  @Provide
  Arbitrary<ExportLogsServiceRequest> requests() {
    return record()
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(
            records ->
                ExportLogsServiceRequest.newBuilder()
                    .addResourceLogs(
                        ResourceLogs.newBuilder()
                            .setUnknownFields(UNKNOWN)
                            .addScopeLogs(ScopeLogs.newBuilder().addAllLogRecords(records)))
                    .build());
  }

  @Property(tries = 1000)
  void changesNothingMoreTheSecondTime(@ForAll("requests") ExportLogsServiceRequest request)
      throws Exception {
    byte[] once = shaper.shape(request.toByteArray());
    byte[] twice = shaper.shape(once);
    assertThat(ExportLogsServiceRequest.parseFrom(twice))
        .isEqualTo(ExportLogsServiceRequest.parseFrom(once));
    assertThat(twice).isSameAs(once);
  }

  @Property(tries = 500)
  void keepsRecordsAndWhatIsNoneOfItsBusiness(@ForAll("requests") ExportLogsServiceRequest request)
      throws Exception {
    byte[] before = request.toByteArray();
    byte[] after = shaper.shape(before);
    ExportLogsServiceRequest shaped = ExportLogsServiceRequest.parseFrom(after);

    List<LogRecord> sent = records(request);
    List<LogRecord> left = records(shaped);
    assertThat(left).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      LogRecord was = sent.get(i);
      LogRecord is = left.get(i);
      assertThat(is.getUnknownFields()).isEqualTo(was.getUnknownFields());
      assertThat(is.getBody().getUnknownFields()).isEqualTo(was.getBody().getUnknownFields());
      assertThat(is.getTimeUnixNano()).isEqualTo(was.getTimeUnixNano());
      assertThat(is.getFlags()).isEqualTo(was.getFlags());
      assertThat(is.getAttributesList()).extracting(KeyValue::getKey).doesNotHaveDuplicates();
    }
    assertThat(shaped.getResourceLogs(0).getUnknownFields()).isEqualTo(UNKNOWN);
    if (shaper.counts().keySet().stream().allMatch(change -> change == LogChange.UNPARSED)) {
      assertThat(after).isSameAs(before);
    }
  }

  /** Every word that was sent is somewhere in what comes out. */
  @Property(tries = 500)
  void losesNoFieldOfABody(
      @ForAll @Size(min = 1, max = 12)
          List<@AlphaChars @StringLength(min = 3, max = 9) String> words) {
    String json =
        IntStream.range(0, words.size())
            .mapToObj(
                i ->
                    "\"k"
                        + i
                        + "\":"
                        + (i % 3 == 0
                            ? "{\"in\":[\"" + words.get(i) + "\"]}"
                            : quoted(words.get(i))))
            .collect(Collectors.joining(",", "{\"msg\":\"m\",", "}"));
    String shaped = Shaped.ofBody(json).record().toString();
    assertThat(shaped).contains(words);
  }

  @Property(tries = 1000)
  void readsAnyBody(@ForAll @Size(max = 200) byte[] bytes) {
    for (String around : new String[] {"", "{\"", "{\"a\":", "a=", "x\n\tat "}) {
      byte[] prefix = around.getBytes(StandardCharsets.UTF_8);
      byte[] body = Arrays.copyOf(prefix, prefix.length + bytes.length + 1);
      System.arraycopy(bytes, 0, body, prefix.length, bytes.length);
      body[body.length - 1] = '}';
      byte[] once = shaper.shape(withBody(body));
      assertThat(shaper.shape(once)).isSameAs(once);
    }
  }

  /** Not through protobuf's own classes, which want valid UTF-8. */
  private static byte[] withBody(byte[] text) {
    ProtoWriter out = new ProtoWriter(64);
    int resource = out.begin(1);
    int scope = out.begin(2);
    int record = out.begin(2);
    int body = out.begin(5);
    out.bytes(1, text, 0, text.length);
    out.end(body);
    out.end(record);
    out.end(scope);
    out.end(resource);
    return out.toBytes();
  }

  private static List<LogRecord> records(ExportLogsServiceRequest request) {
    return request.getResourceLogs(0).getScopeLogs(0).getLogRecordsList();
  }
}
