package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.WebClient;
import io.sluice.schemas.Topics;
import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithBroker
@SuppressWarnings("NullAway.Init") // start comes first
class LogTailIT {

  private static final Duration AT_MOST = Duration.ofMinutes(1);

  @TempDir private Path directory;
  private TestBroker broker;
  private ConsoleFixture console;
  private final List<Tail> open = new ArrayList<>();

  @BeforeEach
  void start(TestBroker freshBroker) {
    broker = freshBroker;
    console = ConsoleFixture.start(broker, directory);
  }

  @AfterEach
  void stop() throws IOException {
    for (Tail tail : open) {
      tail.close();
    }
    console.close();
  }

  @Test
  void showsNewLinesThatPassTheFilterAsTheyCome() throws Exception {
    send("cart", "before anybody listened");
    Tail tail = tail("?q=order&service=cart");
    tail.awaitLine("\"following\":true");
    send("cart", "order 1", "no match");
    send("payment", "order 2");
    send("cart", "order 3 <script>\n\ndata: forged\r\nevent: forged");
    tail.awaitLine("order 3");
    tail.awaitLine("\"shown\":2,\"dropped\":0");

    assertThat(tail.lines).filteredOn(line -> line.equals("event: log")).hasSize(2);
    assertThat(tail.lines)
        .noneMatch(line -> line.contains("no match") || line.contains("order 2"))
        .noneMatch(line -> line.contains("before"))
        .noneMatch(line -> line.startsWith("data: forged") || line.startsWith("event: forged"));
  }

  @Test
  void countsTheLinesThatItLeavesOut() throws Exception {
    Tail tail = tail("?rate=5");
    tail.awaitLine("\"following\":true");
    long before = System.currentTimeMillis() / 1000;
    send("cart", IntStream.range(0, 300).mapToObj(i -> "line " + i).toArray(String[]::new));
    // A state may be said while the lines are still coming.
    await()
        .atMost(AT_MOST)
        .untilAsserted(() -> assertThat(tail.last("shown") + tail.last("dropped")).isEqualTo(300));
    long seconds = System.currentTimeMillis() / 1000 - before + 1;
    assertThat(tail.last("shown")).isBetween(5L, 5 * seconds).isLessThan(300);
  }

  @Test
  void refusesWhatItCannotRead() throws Exception {
    assertThat(status("?rate=0")).isEqualTo(400);
    assertThat(status("?q=%22open")).isEqualTo(400);
    assertThat(status("?limit=3")).isEqualTo(400);
  }

  @Test
  void isReadAlone() {
    WebClient client = WebClient.of("h1c://127.0.0.1:" + console.port());
    assertThat(client.post("/api/v1/logs/tail", "").aggregate().join().status().code())
        .isEqualTo(405);
  }

  private int status(String query) throws Exception {
    Tail tail = new Tail(query);
    tail.close();
    return tail.status;
  }

  private Tail tail(String query) throws Exception {
    Tail tail = new Tail(query);
    open.add(tail);
    tail.read();
    return tail;
  }

  private void send(String service, String... bodies) {
    List<LogBuilder> logs = new ArrayList<>();
    for (String body : bodies) {
      logs.add(Telemetry.service(service).log(body));
    }
    broker.produce(Topics.LOGS, null, Telemetry.logs(logs).toByteArray());
  }

  private final class Tail {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final InputStream in;
    private final int status;

    Tail(String query) throws Exception {
      HttpResponse<InputStream> reply =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(console.url() + "api/v1/logs/tail" + query))
                      .build(),
                  HttpResponse.BodyHandlers.ofInputStream());
      in = reply.body();
      status = reply.statusCode();
    }

    void read() {
      Thread reader =
          new Thread(
              () -> {
                try (BufferedReader text =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                  text.lines().forEach(lines::add);
                } catch (IOException | RuntimeException e) {
                  lines.add("closed: " + e.getMessage());
                }
              },
              "tail");
      reader.setDaemon(true);
      reader.start();
    }

    /** A number of the newest state; 0 before there is one. */
    long last(String field) {
      return lines.stream()
          .filter(line -> line.startsWith("data: {\"following\""))
          .reduce((older, newer) -> newer)
          .map(line -> Long.parseLong(line.replaceAll(".*\"" + field + "\":(\\d+).*", "$1")))
          .orElse(0L);
    }

    void awaitLine(String part) {
      await(part).atMost(AT_MOST).until(() -> lines.stream().anyMatch(l -> l.contains(part)));
    }

    void close() throws IOException {
      in.close();
    }
  }
}
