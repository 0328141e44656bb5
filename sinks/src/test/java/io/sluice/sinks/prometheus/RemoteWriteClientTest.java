package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sluice.schemas.stage.ClientTls;
import io.sluice.sinks.prometheus.RemoteWriteClient.Answer;
import io.sluice.sinks.prometheus.RemoteWriteClient.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteWriteClientTest {

  @TempDir private Path directory;

  private volatile int status = 204;
  private volatile String sentence = "";

  @SuppressWarnings("NullAway.Init")
  private HttpServer receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/write",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] body = sentence.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void stopListening() {
    receiver.stop(0);
  }

  @ParameterizedTest
  @CsvSource({
    "200, ACCEPTED",
    "204, ACCEPTED",
    "400, INVALID",
    "402, REFUSED",
    "406, INVALID",
    "409, INVALID",
    "410, REFUSED",
    "413, INVALID",
    "422, INVALID",
    "451, REFUSED",
    "499, INVALID",
    "401, REFUSED",
    "403, REFUSED",
    "407, REFUSED",
    "404, REFUSED",
    "405, REFUSED",
    "415, REFUSED",
    "302, REFUSED",
    "408, BUSY",
    "429, BUSY",
    "500, BUSY",
    "502, BUSY",
    "503, BUSY",
    "504, BUSY",
  })
  void knowsWhatAStatusMeans(int answered, Verdict expected) throws Exception {
    status = answered;
    assertThat(post("http://127.0.0.1:" + receiver.getAddress().getPort() + "/write", "").verdict())
        .isEqualTo(expected);
  }

  /** As Prometheus does. */
  @ParameterizedTest
  @CsvSource({
    "500, too old sample, INVALID",
    "500, native histograms are disabled, REFUSED",
    "500, cannot write to WAL, BUSY",
  })
  void knowsSentencesOfA500(int answered, String body, Verdict expected) throws Exception {
    status = answered;
    sentence = body;
    assertThat(post("http://127.0.0.1:" + receiver.getAddress().getPort() + "/write", "").verdict())
        .isEqualTo(expected);
  }

  @Test
  void doesNotSayATokenThatNoHeaderCanCarry() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "secret\nsecond");
    Answer answer =
        post("http://127.0.0.1:" + receiver.getAddress().getPort() + "/write", token.toString());
    assertThat(answer.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(answer.sentence()).contains(token.toString()).doesNotContain("secret");
  }

  /** As one that is stopped just then; a wrong certificate is another matter. */
  @Test
  void comesAgainWhenAHandshakeIsBrokenOff() throws Exception {
    try (ServerSocket stopping = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(
              () -> {
                try (Socket connection = stopping.accept()) {
                  assertThat(connection.getInputStream().read()).isNotNegative();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      Answer answer = post("https://127.0.0.1:" + stopping.getLocalPort() + "/write", "");
      stopped.join();
      assertThat(answer.verdict()).as(answer.sentence()).isEqualTo(Verdict.BUSY);
    }
  }

  private static Answer post(String url, String bearerTokenFile) throws InterruptedException {
    return post(url, bearerTokenFile, ClientTls.none());
  }

  /** What a receiver answers to a request, whatever is in it. */
  static Answer post(String url, String bearerTokenFile, ClientTls tls)
      throws InterruptedException {
    RemoteWriteConfig defaults = RemoteWriteConfig.defaults();
    return new RemoteWriteClient(
            new RemoteWriteConfig(
                url,
                Map.of(),
                List.of(),
                defaults.histograms(),
                1,
                1,
                Duration.ofSeconds(10),
                "",
                "",
                bearerTokenFile,
                tls),
            new ReceiverClock(Clock.systemUTC(), () -> 0))
        .post(new byte[] {1});
  }
}
