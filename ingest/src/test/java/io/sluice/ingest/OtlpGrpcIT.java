package io.sluice.ingest;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.sluice.schemas.Reason;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** OTLP/gRPC frame by frame: each bad one is answered with a sentence, and the server goes on. */
@WithBroker
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtlpGrpcIT {

  private static final int MAX_BODY = 64 << 10;
  private static final int MAX_INFLATED = 256 << 10;
  private static final String EXPORT = OtlpSignal.TRACES.grpcPath();
  private static final byte[] GOOD = service("shop").span("good").toRequestBytes();

  private RunningIngest ingest;
  private RawRecords raw;

  @BeforeAll
  void start(TestBroker broker) {
    ingest =
        RunningIngest.ready(
            new TestConfig().maxBodySize(MAX_BODY).maxInflatedSize(MAX_INFLATED), broker);
    raw = new RawRecords(broker);
  }

  @AfterEach
  void serverGoesOn() {
    AggregatedHttpResponse reply = call(EXPORT, null, Grpc.frame(0, GOOD));
    assertThat(reply.trailers().get("grpc-status")).isEqualTo("0");
    assertThat(reply.content().array()).isEqualTo(new byte[5]);
    assertThat(raw.added(OtlpSignal.TRACES)).containsExactly(GOOD);
    ingest.assertNothingHeld();
  }

  @AfterAll
  void stop() {
    ingest.close();
  }

  static Stream<Arguments> refused() {
    byte[] bomb = Gzip.of(new byte[20_000_000]);
    return Stream.of(
        refusal("no message", null, new byte[0], 3, "the call has no message", Reason.MALFORMED),
        refusal("half a header", null, new byte[3], 3, "the call has no message", Reason.MALFORMED),
        refusal(
            "2 GB announced, 5 bytes there",
            null,
            ByteBuffer.allocate(10).put((byte) 0).putInt(Integer.MAX_VALUE).array(),
            3,
            "does not have the length that it says",
            Reason.MALFORMED),
        refusal(
            "4 GB announced",
            null,
            ByteBuffer.allocate(10).put((byte) 0).putInt(-1).array(),
            3,
            "does not have the length that it says",
            Reason.MALFORMED),
        refusal(
            "two messages",
            null,
            Gzip.concat(Grpc.frame(0, GOOD), Grpc.frame(0, GOOD)),
            3,
            "does not have the length that it says",
            Reason.MALFORMED),
        refusal("flag 2", null, Grpc.frame(2, GOOD), 3, "does not say whether", Reason.MALFORMED),
        refusal(
            "compressed, but not said how",
            null,
            Grpc.frame(1, Gzip.of(GOOD)),
            12,
            "a compressed message must say grpc-encoding: gzip",
            Reason.UNSUPPORTED),
        refusal(
            "snappy",
            "snappy",
            Grpc.frame(1, GOOD),
            12,
            "a compressed message must say grpc-encoding: gzip",
            Reason.UNSUPPORTED),
        refusal(
            "no gzip",
            "gzip",
            Grpc.frame(1, GOOD),
            3,
            "not complete, valid gzip",
            Reason.MALFORMED),
        refusal(
            "truncated gzip",
            "gzip",
            Grpc.frame(1, Arrays.copyOf(Gzip.of(GOOD), 40)),
            3,
            "not complete, valid gzip",
            Reason.MALFORMED),
        refusal("bomb", "gzip", Grpc.frame(1, bomb), 8, "inflates to more than", Reason.TOO_LARGE),
        refusal(
            "over the limit",
            null,
            Grpc.frame(0, new byte[MAX_BODY]),
            8,
            "the body is larger than 65536 bytes",
            Reason.TOO_LARGE),
        refusal(
            "no protobuf",
            null,
            Grpc.frame(0, "hello".getBytes(StandardCharsets.UTF_8)),
            3,
            "not valid protobuf at byte",
            Reason.MALFORMED));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void badMessageIsRefusedWithASentence(
      String what,
      @Nullable String encoding,
      byte[] body,
      int status,
      String sentence,
      Reason reason) {
    double before = ingest.refused(reason);

    AggregatedHttpResponse reply = call(EXPORT, encoding, body);

    assertThat(reply.status().code()).isEqualTo(200);
    assertThat(reply.content().isEmpty()).isTrue();
    assertThat(reply.trailers().get("grpc-status")).isEqualTo(Integer.toString(status));
    assertThat(URLDecoder.decode(reply.trailers().get("grpc-message", ""), StandardCharsets.UTF_8))
        .contains(sentence);
    // Without this, clients do not send the same again.
    assertThat(reply.trailers().contains("grpc-status-details-bin")).isFalse();
    assertThat(ingest.refused(reason)).isEqualTo(before + 1);
  }

  @Test
  void messageMayBePlainThoughGzipIsAnnounced() {
    assertThat(call(EXPORT, "gzip", Grpc.frame(0, GOOD)).trailers().get("grpc-status"))
        .isEqualTo("0");

    assertThat(raw.added(OtlpSignal.TRACES)).containsExactly(GOOD);
  }

  @Test
  void partlyBadRequestIsAcceptedForTheRestWithTheCount() throws Exception {
    byte[] request =
        Telemetry.spans(service("shop").span("bad").id(new byte[8]), service("shop").span("good"))
            .toByteArray();

    AggregatedHttpResponse reply = call(EXPORT, "gzip", Grpc.frame(1, Gzip.of(request)));

    byte[] framed = reply.content().array();
    assertThat(ByteBuffer.wrap(framed, 1, 4).getInt()).isEqualTo(framed.length - 5);
    var partial =
        ExportTraceServiceResponse.parseFrom(Arrays.copyOfRange(framed, 5, framed.length))
            .getPartialSuccess();
    assertThat(partial.getRejectedSpans()).isEqualTo(1);
    assertThat(partial.getErrorMessage()).startsWith("a trace id must be 16");
    assertThat(raw.added(OtlpSignal.TRACES)).hasSize(1);
  }

  @Test
  void unknownMethodIsUnimplemented() {
    for (String path :
        new String[] {
          "/opentelemetry.proto.collector.trace.v1.TraceService/Import",
          "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export",
          "/grpc.health.v1.Health/Check"
        }) {
      AggregatedHttpResponse reply = call(path, null, Grpc.frame(0, GOOD));

      assertThat(reply.status().code()).isEqualTo(200);
      assertThat(reply.headers().get("grpc-status")).isEqualTo("12");
      assertThat(reply.headers().get("grpc-message")).isEqualTo("no such method");
    }
  }

  @Test
  void whatIsNoGrpcGetsAnAnswerOfHttp() {
    assertThat(send(EXPORT, "application/json", null, GOOD).status().code()).isEqualTo(415);
    assertThat(send(EXPORT, "application/grpc-web", null, GOOD).status().code()).isEqualTo(415);
  }

  private AggregatedHttpResponse call(String path, @Nullable String encoding, byte[] body) {
    return send(path, "application/grpc", encoding, body);
  }

  private AggregatedHttpResponse send(
      String path, String contentType, @Nullable String encoding, byte[] body) {
    return Grpc.call(ingest, path, contentType, encoding, body).join();
  }

  private static Arguments refusal(@Nullable Object... values) {
    return Arguments.of(values);
  }
}
