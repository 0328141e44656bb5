package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.WebClientBuilder;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.SplitHttpResponse;
import com.linecorp.armeria.server.Server;
import io.netty.channel.ChannelOption;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.TokenFile;
import io.sluice.testkit.MovingClock;
import io.sluice.testkit.Telemetry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may follow the logs, and for how long: without Kafka, of which a stream says that too. */
@SuppressWarnings("NullAway.Init") // start comes first
class LogTailTest {

  private static final Duration AT_MOST = Duration.ofMinutes(1);

  @TempDir private Path directory;
  private final MovingClock clock = new MovingClock(Instant.now());
  private final List<SplitHttpResponse> open = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private Path tokens;
  private LogTail tail;
  private Server server;

  @BeforeEach
  void start() throws Exception {
    tokens = directory.resolve("tokens");
    Files.writeString(tokens, line("ann") + line("bob"));
    tail =
        new LogTail(
            new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace("")), clock, clock::millis);
    TokenFile file = new TokenFile("console.tokenFile", tokens, clock);
    server =
        Server.builder()
            .childChannelOption(ChannelOption.SO_SNDBUF, 4096) // what waits, waits in the console
            .service("/tail", (context, request) -> tail.listen(context))
            .decorator(
                delegate ->
                    new Access(
                        delegate,
                        file,
                        path -> true,
                        path -> true,
                        new AuditLog(clock, clock::millis, record -> {})))
            .build();
    server.start().join();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    open.forEach(each -> each.body().abort());
    tail.close();
    var unused = server.stop(); // ends two seconds later: so long its threads look for more
  }

  @Test
  void leavesPlacesForOthersWhateverOneClientDoes() {
    for (int i = 0; i < LogTail.MAX_OF_ONE_CLIENT; i++) {
      assertThat(follow("ann")).isEqualTo(HttpStatus.OK);
    }
    assertThat(follow("ann")).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    assertThat(follow("bob")).isEqualTo(HttpStatus.OK);

    open.get(0).body().abort();
    await().atMost(AT_MOST).until(() -> follow("ann").equals(HttpStatus.OK));
  }

  @Test
  void endsAStreamAfterAnHour() {
    follow("ann");
    clock.advance(LogTail.LONGEST.minusMillis(1));
    follow("bob");
    clock.advance(Duration.ofMillis(1));
    awaitEnd(open.get(0));
    assertThat(open.get(1).body().whenComplete()).isNotDone();
  }

  @Test
  void endsAStreamWhoseTokenIsTakenOut() throws Exception {
    follow("ann");
    follow("bob");
    Files.writeString(tokens, line("bob"));
    clock.advance(Duration.ofSeconds(1));
    awaitEnd(open.get(0));
    assertThat(open.get(1).body().whenComplete()).isNotDone();
  }

  @Test
  void givesUpAClientThatTakesNothing() throws Exception {
    stopReading();
    clock.advance(LogTail.LONGEST_UNREAD);
    awaitPlaces();
  }

  @Test
  void endsAfterAnHourWhatWaitsForAClientToo() throws Exception {
    stopReading();
    Files.writeString(tokens, line("bob"));
    clock.advance(Duration.ofSeconds(1));
    Files.writeString(tokens, line("ann"));
    clock.advance(Duration.ofSeconds(1));
    awaitPlaces();
  }

  /** All places of one client are taken, and more lines wait for it than it reads. */
  private void stopReading() throws Exception {
    for (int i = 0; i < LogTail.MAX_OF_ONE_CLIENT; i++) {
      Socket socket = new Socket();
      sockets.add(socket);
      socket.setReceiveBufferSize(4096);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.activeLocalPort()));
      socket
          .getOutputStream()
          .write(
              "GET /tail?rate=1000 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ann\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(socket.getInputStream().read()).isEqualTo('H');
    }
    assertThat(follow("ann")).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    byte[] line =
        Telemetry.logs(List.of(Telemetry.service("cart").log("x".repeat(200_000)))).toByteArray();
    for (int i = 0; i < 100; i++) {
      tail.read(Topics.LOGS, new ConsumerRecord<>(Topics.LOGS.name(), 0, i, new byte[0], line));
    }
  }

  private void awaitPlaces() throws Exception {
    for (int i = 0; i < LogTail.MAX_OF_ONE_CLIENT; i++) {
      await().atMost(AT_MOST).until(() -> follow("ann").equals(HttpStatus.OK));
    }
    for (Socket socket : sockets) {
      assertTimeoutPreemptively(AT_MOST, () -> drain(socket));
    }
  }

  /** Until the other side closes the connection, whichever way. */
  private static void drain(Socket socket) throws IOException {
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketException e) {
      // It was reset.
    }
  }

  private static void awaitEnd(SplitHttpResponse response) {
    await().atMost(AT_MOST).until(() -> response.body().whenComplete().isDone());
  }

  private HttpStatus follow(String token) {
    WebClientBuilder client =
        WebClient.builder("h1c://127.0.0.1:" + server.activeLocalPort())
            .responseTimeout(Duration.ZERO)
            .maxResponseLength(0);
    HttpResponse reply =
        client
            .build()
            .execute(
                RequestHeaders.builder(HttpMethod.GET, "/tail")
                    .add(HttpHeaderNames.AUTHORIZATION, "Bearer " + token)
                    .build());
    SplitHttpResponse split = reply.split();
    ResponseHeaders headers = split.headers().join();
    if (headers.status().equals(HttpStatus.OK)) {
      open.add(split);
      var unused = split.body().subscribe();
    }
    return headers.status();
  }

  private static String line(String name) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
    return name + " read " + HexFormat.of().formatHex(hash) + "\n";
  }
}
