package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.sluice.schemas.Reason;
import io.sluice.schemas.stage.StartException;
import io.sluice.testkit.SelfSigned;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may send, and by TLS: what standard OTLP clients need is a header and a certificate. */
@WithBroker
class SendersIT {

  private static final String PROTOBUF = "application/x-protobuf";
  private static final String SENDER = "sender-token-0123456789";
  private static final String READER = "reader-token-0123456789";
  private static final byte[] LOG = Telemetry.service("shop").log("sold").toRequestBytes();

  @TempDir private Path directory;

  @Test
  void takesTelemetryOfWhoHasATokenToWrite(TestBroker broker) throws Exception {
    try (RunningIngest ingest = RunningIngest.ready(withTokens(), broker)) {
      send(
          OtlpHttpLogRecordExporter.builder()
              .setEndpoint(ingest.http("/v1/logs").toString())
              .addHeader("Authorization", "Bearer " + SENDER)
              .build());
      send(
          OtlpGrpcLogRecordExporter.builder()
              .setEndpoint(ingest.grpcEndpoint())
              .addHeader("Authorization", "Bearer " + SENDER)
              .build());

      assertThat(broker.records(OtlpSignal.LOGS.topic())).hasSize(2);
      assertThat(ingest.refused(Reason.REJECTED)).isZero();
    }
  }

  @Test
  void refusesOthersInTheTermsOfOtlpAndCountsThem(TestBroker broker) throws Exception {
    try (RunningIngest ingest = RunningIngest.ready(withTokens(), broker)) {
      HttpResponse<byte[]> anonymous = ingest.post("/v1/logs", PROTOBUF, LOG);
      assertThat(anonymous.statusCode()).isEqualTo(401);
      assertThat(anonymous.headers().firstValue("www-authenticate")).contains("Bearer");
      assertThat(ErrorStatus.parse(anonymous.body()).code()).isEqualTo(16);

      HttpResponse<byte[]> stranger =
          ingest.post("/v1/logs", PROTOBUF, LOG, "authorization", "Bearer stranger");
      assertThat(stranger.statusCode()).isEqualTo(401);
      assertThat(ErrorStatus.parse(stranger.body()).message()).isEqualTo("nobody has this token");

      HttpResponse<byte[]> reader =
          ingest.post("/v1/logs", PROTOBUF, LOG, "authorization", "Bearer " + READER);
      assertThat(reader.statusCode()).isEqualTo(403);

      AggregatedHttpResponse grpc =
          Grpc.call(
                  ingest, OtlpSignal.LOGS.grpcPath(), "application/grpc", null, Grpc.frame(0, LOG))
              .join();
      assertThat(grpc.headers().get("grpc-status", grpc.trailers().get("grpc-status", "")))
          .isEqualTo("16");

      assertThat(broker.records(OtlpSignal.LOGS.topic())).isEmpty();
      assertThat(ingest.refused(Reason.REJECTED)).isEqualTo(4.0);
      ingest.assertNothingHeld();
    }
  }

  @Test
  void listensBeyondLoopbackOnlyWithTokensOrWhenToldSo(TestBroker broker) {
    TestConfig everywhere = new TestConfig().bindAddress("0.0.0.0");
    assertThatThrownBy(() -> RunningIngest.ready(everywhere, broker))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("ingest.tokenFile")
        .hasMessageContaining("ingest.allowAnonymous");

    try (RunningIngest ingest =
        RunningIngest.start(everywhere.allowAnonymous().build(), broker.connection())) {
      assertThat(ingest.awaitReady().post("/v1/logs", PROTOBUF, LOG).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void speaksTls(TestBroker broker) throws Exception {
    SelfSigned own = SelfSigned.make(directory, "ingest");
    byte[] trusted = Files.readAllBytes(own.certificate());
    try (RunningIngest ingest =
        RunningIngest.ready(new TestConfig().tls(own.certificate(), own.key()), broker)) {
      send(
          OtlpHttpLogRecordExporter.builder()
              .setEndpoint(ingest.http("/v1/logs").toString())
              .setTrustedCertificates(trusted)
              .build());
      send(
          OtlpGrpcLogRecordExporter.builder()
              .setEndpoint(ingest.grpcEndpoint())
              .setTrustedCertificates(trusted)
              .build());

      assertThat(broker.records(OtlpSignal.LOGS.topic())).hasSize(2);
    }
  }

  @Test
  void saysWhatIsWrongWithACertificate(TestBroker broker) throws Exception {
    Path nonsense = Files.writeString(directory.resolve("nonsense"), "nonsense");
    assertThatThrownBy(() -> RunningIngest.ready(new TestConfig().tls(nonsense, nonsense), broker))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("ingest.tls: " + nonsense);
  }

  private TestConfig withTokens() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("tokens"),
            "shop write " + hash(SENDER) + "\nann read " + hash(READER) + "\n");
    return new TestConfig().tokenFile(file);
  }

  private static String hash(String token) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
  }

  private static void send(LogRecordExporter exporter) {
    try (SdkLoggerProvider provider =
        SdkLoggerProvider.builder()
            .addLogRecordProcessor(SimpleLogRecordProcessor.create(exporter))
            .build()) {
      provider.get("test").logRecordBuilder().setBody("sold").emit();
      assertThat(provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
    }
  }
}
