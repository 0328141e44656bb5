package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.server.Server;
import io.sluice.schemas.AuditOutcome;
import io.sluice.schemas.AuditRecord;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.StartException;
import io.sluice.schemas.stage.TokenFile;
import io.sluice.testkit.MovingClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // start comes first
class AccessTest {

  private static final String READER = "reader-token-0123456789";
  private static final String SENDER = "sender-token-0123456789";
  private static final String OPERATOR = "operator-token-0123456789";

  @TempDir private Path directory;
  private @Nullable ConsoleFixture console;
  private final List<AuditRecord> audit = new CopyOnWriteArrayList<>();
  private final MovingClock clock = new MovingClock(Instant.now());

  @BeforeEach
  void writeTokens() throws IOException {
    Files.writeString(
        tokenFile(),
        "# who may\n\nann read "
            + hash(READER)
            + "\n  bob\toperate "
            + hash(OPERATOR)
            + "\nshop write "
            + hash(SENDER)
            + "\n");
  }

  @AfterEach
  void stop() {
    if (console != null) {
      console.close();
    }
  }

  private Path tokenFile() {
    return directory.resolve("tokens");
  }

  /** One that runs from the first request on: starting and stopping it takes seconds. */
  private ConsoleFixture console() {
    if (console == null) {
      console =
          ConsoleFixture.startUnread(
              new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace("")),
              directory.resolve("index"),
              Map.of("/demo", (context, request) -> HttpResponse.of("done")),
              tokenFile().toString());
    }
    return console;
  }

  @Test
  void letsNobodyReadWithoutAToken() {
    for (String path :
        List.of(
            "/api/v1/logs",
            "/api/v1/logs/tail",
            "/api/v1/openapi.json",
            "/api/none",
            "/jaeger/api/services",
            "/%61pi/v1/logs",
            "//api/v1/logs",
            "/x/../api/v1/logs",
            "/demo/faults")) {
      AggregatedHttpResponse reply = send(HttpMethod.GET, path, "");
      assertThat(reply.status().code()).as(path).isIn(400, 401, 404);
      assertThat(reply.contentUtf8()).as(path).doesNotContain("\"logs\"", "done");
    }
    AggregatedHttpResponse reply = send(HttpMethod.GET, "/api/v1/logs", "");
    assertThat(reply.status().code()).isEqualTo(401);
    assertThat(reply.headers().get("www-authenticate")).startsWith("Bearer");
    assertThat(send(HttpMethod.GET, "/api/v1/logs", "Bearer wrong-token").contentUtf8())
        .contains("nobody has this token")
        .doesNotContain("wrong-token");
    assertThat(send(HttpMethod.GET, "/api/v1/logs", "Basic " + READER).status().code())
        .isEqualTo(401);
    assertThat(send(HttpMethod.GET, "/api/v1/logs?token=" + READER, "").status().code())
        .isEqualTo(401);
  }

  @Test
  void showsThePageAndTheHealthToEverybody() {
    for (String path : List.of("/", "/app.js", "/lib/lit-html/lit-html.js", "/health/live")) {
      assertThat(send(HttpMethod.GET, path, "").status().code()).as(path).isEqualTo(200);
    }
  }

  @Test
  void letsEachRoleDoWhatItMay() {
    for (String token : List.of("Bearer " + READER, "bearer " + OPERATOR)) {
      assertThat(send(HttpMethod.GET, "/api/v1/logs", token).status().code()).isEqualTo(200);
      assertThat(send(HttpMethod.GET, "/demo/faults", token).contentUtf8()).isEqualTo("done");
    }
    assertThat(send(HttpMethod.POST, "/demo/faults/x", "Bearer " + OPERATOR).contentUtf8())
        .isEqualTo("done");
    AggregatedHttpResponse refused = send(HttpMethod.POST, "/demo/faults/x", "Bearer " + READER);
    assertThat(refused.status().code()).isEqualTo(403);
    assertThat(refused.contentUtf8()).contains("may only read");
  }

  @Test
  void showsNothingToThoseWhoOnlySend() {
    AggregatedHttpResponse reply = send(HttpMethod.GET, "/api/v1/logs", "Bearer " + SENDER);
    assertThat(reply.status().code()).isEqualTo(403);
    assertThat(reply.contentUtf8()).contains("may only send");
  }

  @Test
  void writesDownWhoChangedWhat() {
    TokenFile tokens = new TokenFile("console.tokenFile", tokenFile(), Clock.systemUTC());
    try (Server server = audited(tokens)) {
      server.start().join();
      int port = server.activeLocalPort();
      send(port, HttpMethod.GET, "/demo/faults", "Bearer " + OPERATOR);
      send(port, HttpMethod.DELETE, "/demo/faults/x%C3%A4 y", "Bearer " + OPERATOR);
      send(port, HttpMethod.POST, "/demo/faults/y", "Bearer " + READER);
      await().atMost(Duration.ofMinutes(1)).until(() -> audit.size() == 2);
    }
    assertThat(audit)
        .extracting(
            AuditRecord::getUser,
            AuditRecord::getOrigin,
            AuditRecord::getAction,
            AuditRecord::getOutcome)
        .containsExactlyInAnyOrder(
            tuple("bob", "127.0.0.1", "DELETE", AuditOutcome.DONE),
            tuple("ann", "127.0.0.1", "POST", AuditOutcome.REFUSED));
    assertThat(audit)
        .map(AuditRecord::toString)
        .anyMatch(text -> text.contains("/demo/faults/x") && text.contains("status 200"))
        .allMatch(text -> text.chars().allMatch(c -> c >= ' ' && c < 127))
        .noneMatch(text -> text.contains(READER) || text.contains(OPERATOR));
  }

  @Test
  void whoMayNotChangeAnythingFillsNoRecords() {
    TokenFile tokens = new TokenFile("console.tokenFile", tokenFile(), Clock.systemUTC());
    try (Server server = audited(tokens)) {
      server.start().join();
      int port = server.activeLocalPort();
      for (String token : List.of(READER, OPERATOR)) {
        send(port, HttpMethod.POST, "/api/v1/logs", "Bearer " + token);
      }
      for (int i = 0; i < 50; i++) {
        assertThat(send(port, HttpMethod.POST, "/demo/x", "Bearer " + READER).status().code())
            .isEqualTo(403);
      }
      assertThat(audit).map(AuditRecord::getDetail).containsExactly("the token may only read");

      clock.advance(Duration.ofMinutes(1));
      send(port, HttpMethod.POST, "/demo/x", "Bearer " + READER);
      assertThat(audit).hasSize(2);
      assertThat(audit.get(1).getDetail()).contains("49 more");
    }
  }

  /** Something can be changed under /demo. */
  private Server audited(TokenFile tokens) {
    return Server.builder()
        .serviceUnder("/demo", (context, request) -> HttpResponse.of("done"))
        .decorator(
            delegate ->
                new Access(
                    delegate,
                    tokens,
                    path -> true,
                    path -> path.startsWith("/demo/"),
                    new AuditLog(clock, clock::millis, audit::add)))
        .build();
  }

  @Test
  void doesNotCallDoneWhatWasNeverAnswered() throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    try (Server server =
        Server.builder()
            .serviceUnder(
                "/demo",
                (context, request) -> {
                  asked.complete(null);
                  return HttpResponse.streaming();
                })
            .decorator(
                delegate ->
                    new Access(
                        delegate,
                        null,
                        path -> true,
                        path -> true,
                        new AuditLog(clock, clock::millis, audit::add)))
            .build()) {
      server.start().join();
      RequestHeaders headers =
          RequestHeaders.of(
              HttpMethod.POST,
              "/demo/faults/x",
              HttpHeaderNames.AUTHORITY,
              "localhost:" + server.activeLocalPort());
      HttpResponse reply =
          WebClient.of("h1c://127.0.0.1:" + server.activeLocalPort()).execute(headers);
      asked.join();
      reply.abort();
      await().atMost(Duration.ofMinutes(1)).until(() -> audit.size() == 1);
    }
    assertThat(audit.get(0).getOutcome()).isEqualTo(AuditOutcome.FAILED);
    assertThat(audit.get(0).getDetail()).isEqualTo("no answer was sent");
  }

  /** What is copied from the docs must let nobody in. */
  @Test
  void noLineOfTheDocsIsATokens() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("../docs"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".md")).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    assertThat(lines).contains("# NAME ROLE SHA256");
    assertThat(lines).noneMatch(line -> line.matches("\\s*\\S+\\s+\\S+\\s+[0-9a-fA-F]{64}\\s*"));
  }

  @Test
  void isNotOpenToANetworkWithoutTokens() {
    assertThatThrownBy(() -> Access.requireTokens(new InetSocketAddress("0.0.0.0", 0), false))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("console.tokenFile")
        .hasMessageContaining("console.bindAddress");
    assertThatCode(() -> Access.requireTokens(new InetSocketAddress("0.0.0.0", 0), true))
        .doesNotThrowAnyException();
    for (String loopback : List.of("127.0.0.1", "127.9.9.9", "localhost", "::1")) {
      assertThatCode(() -> Access.requireTokens(new InetSocketAddress(loopback, 0), false))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void saysWhichLineIsWrongAndNotWhatStandsThere() throws Exception {
    for (String line :
        List.of(
            "ann read " + READER,
            "ann admin " + hash(READER),
            READER,
            "ann read " + hash(READER) + " more",
            hash(READER) + " read ann")) {
      Path file = directory.resolve("wrong");
      Files.writeString(file, "ok read " + hash("x") + "\n" + line);
      assertThatThrownBy(() -> tokens(file))
          .isInstanceOf(StartException.class)
          .as(line)
          .hasMessageContaining("line 2")
          .hasMessageNotContaining(READER)
          .hasMessageNotContaining(hash(READER));
    }
    Path empty = directory.resolve("empty");
    Files.writeString(empty, "# nobody\n");
    assertThatThrownBy(() -> tokens(empty)).hasMessageContaining("no line");
    assertThatThrownBy(() -> tokens(directory.resolve("none"))).hasMessageContaining("cannot read");
  }

  @Test
  void letsInWhomTheFileNamesNow() throws Exception {
    Path file = directory.resolve("changing");
    String ann = "ann read " + hash(READER) + "\n";
    String bob = "bob operate " + hash(OPERATOR) + "\n";
    Files.writeString(file, ann);
    MovingClock clock = new MovingClock(Instant.EPOCH);
    TokenFile tokens = new TokenFile("console.tokenFile", file, clock);
    assertThat(tokens.user(READER)).isPresent();

    Files.writeString(file, bob);
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.user(READER)).isEmpty();
    assertThat(tokens.user(OPERATOR)).isPresent();

    Files.writeString(file, "half a li\n" + ann);
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.user(READER)).isPresent();
    assertThat(tokens.user(OPERATOR)).as("taken out, whatever else is wrong").isEmpty();

    Files.delete(file);
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.user(READER)).isEmpty();
  }

  private static TokenFile tokens(Path file) {
    return new TokenFile("console.tokenFile", file, Clock.systemUTC());
  }

  private AggregatedHttpResponse send(HttpMethod method, String path, String authorization) {
    return send(console().port(), method, path, authorization);
  }

  private static AggregatedHttpResponse send(
      int port, HttpMethod method, String path, String authorization) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(method, path.replace(" ", "%20")).authority("localhost:" + port);
    if (!authorization.isEmpty()) {
      headers.add("authorization", authorization);
    }
    return WebClient.of("h1c://127.0.0.1:" + port).execute(headers.build()).aggregate().join();
  }

  private static String hash(String token) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }
}
