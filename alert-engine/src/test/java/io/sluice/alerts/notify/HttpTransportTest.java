package io.sluice.alerts.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a request, whatever the receiver does. */
class HttpTransportTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final CountDownLatch over = new CountDownLatch(1);

  HttpTransportTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void close() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void doesNotWaitForAnAnswerThatNeverEnds() throws Exception {
    Reply reply =
        reply(
            Duration.ofMillis(300),
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().flush();
              awaitTheEnd();
            });

    assertThat(reply.outcome()).isEqualTo(Reply.Outcome.FAILED);
    assertThat(reply.sentence()).isEqualTo("no answer: TimeoutException");
  }

  @Test
  void readsOnlyTheBeginOfAnAnswer() throws Exception {
    Reply reply =
        reply(
            Duration.ofSeconds(20),
            exchange -> {
              exchange.sendResponseHeaders(400, 0);
              OutputStream body = exchange.getResponseBody();
              byte[] much = "no ".repeat(1000).getBytes(StandardCharsets.UTF_8);
              while (over.getCount() > 0) {
                body.write(much);
              }
            });

    assertThat(reply.outcome()).isEqualTo(Reply.Outcome.REFUSED);
    assertThat(reply.sentence()).startsWith("HTTP 400: no no ").hasSizeLessThan(400);
  }

  @ParameterizedTest
  @CsvSource({
    "200, ACCEPTED", "202, ACCEPTED", "302, FAILED", "400, REFUSED", "401, FAILED",
    "403, FAILED", "404, FAILED", "408, FAILED", "413, REFUSED", "422, REFUSED",
    "425, FAILED", "429, FAILED", "500, FAILED", "503, FAILED"
  })
  void givesUpOnlyWhereTheMessageIsAtFault(int status, Reply.Outcome outcome) throws Exception {
    Reply reply =
        reply(
            Duration.ofSeconds(20),
            exchange -> {
              exchange.sendResponseHeaders(status, -1);
              exchange.close();
            });

    assertThat(reply.outcome()).isEqualTo(outcome);
  }

  @Test
  void tellsTheUserAndThePasswordOfAnAddress() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    server.createContext(
        "/",
        exchange -> {
          told.add(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    URI address =
        URI.create("http://sluice:p%40ss@127.0.0.1:" + server.getAddress().getPort() + "/");

    Reply reply =
        new HttpTransport().post(address, Map.of(), new byte[] {1}).get(30, TimeUnit.SECONDS);

    assertThat(reply.outcome()).isEqualTo(Reply.Outcome.ACCEPTED);
    String basic =
        Base64.getEncoder().encodeToString("sluice:p@ss".getBytes(StandardCharsets.UTF_8));
    assertThat(told).containsExactly("Basic " + basic);
  }

  @Test
  void namesNoAddressThatCannotBeOrIsWrong() throws Exception {
    Reply reply =
        new HttpTransport()
            .post(URI.create("http://hook.invalid:99999/s3cret"), Map.of(), new byte[0])
            .get(20, TimeUnit.SECONDS);

    assertThat(reply.outcome()).isEqualTo(Reply.Outcome.FAILED);
    assertThat(reply.sentence()).doesNotContain("s3cret", "hook");
    NotifierConfig defaults = NotifierConfig.defaults();
    assertThatThrownBy(
            () ->
                new NotifierConfig(
                    List.of("am:s3cret@alertmanager:9093"),
                    List.of(),
                    null,
                    defaults.resendInterval(),
                    defaults.giveUpAfter(),
                    false))
        .hasMessageContaining("alertmanagers")
        .hasMessageNotContaining("s3cret");
  }

  private Reply reply(Duration timeout, HttpHandler handler) throws Exception {
    server.createContext("/", handler);
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return new HttpTransport(timeout)
        .post(address, Map.of(), new byte[] {1})
        .get(30, TimeUnit.SECONDS);
  }

  private void awaitTheEnd() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
