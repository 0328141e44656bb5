package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

/** What a receiver may answer besides yes, and what becomes of the series then. */
@WithBroker
class RemoteWriteAnswersIT {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final AvroSerde<DeadLetter> LETTERS = AvroSerde.of(DeadLetter.getClassSchema());
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** An answer and what the receiver says with it. */
  private record Reply(int status, String body, String retryAfter) {
    static final Reply OK = new Reply(204, "", "");

    /** Of which nothing comes after the headers. */
    static final Reply STALLED = new Reply(200, "never to be read", "");
  }

  @TempDir private Path directory;

  private final MeterRegistry meters = new SimpleMeterRegistry();

  /** Requests that were accepted, as text in which names and values of labels can be read. */
  private final List<String> accepted = new CopyOnWriteArrayList<>();

  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService handlers = Executors.newCachedThreadPool();
  private volatile Function<String, Reply> answer = request -> Reply.OK;

  @SuppressWarnings("NullAway.Init")
  private HttpServer receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/write", this::handle);
    receiver.setExecutor(handlers);
    receiver.start();
  }

  @AfterEach
  void stopListening() {
    over.countDown();
    receiver.stop(0);
    handlers.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = Snappy.uncompress(exchange.getRequestBody().readAllBytes());
    String request = new String(body, StandardCharsets.ISO_8859_1);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    authorizations.add(authorization == null ? "none" : authorization);
    Reply reply = answer.apply(request);
    if (reply.status() == 204 && body.length > 0) { // an empty one asks for the time
      accepted.add(request);
    }
    if (!reply.retryAfter().isEmpty()) {
      exchange.getResponseHeaders().add("Retry-After", reply.retryAfter());
    }
    byte[] text = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), text.length == 0 ? -1 : text.length);
    try (exchange) {
      if (reply.equals(Reply.STALLED)) {
        exchange.getResponseBody().flush();
        over.await();
      }
      exchange.getResponseBody().write(text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void sendsAgainWhatTheReceiverCannotTakeNow(TestBroker broker) throws Exception {
    broker.createTopics(1);
    answer = request -> new Reply(429, "slow down", "1");
    try (RemoteWriteSink sink = sink(broker, config())) {
      sink.start();
      send(broker, "cart");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(sink.health().detail()).contains("429 slow down"));
      assertThat(sink.health().live()).isTrue();
      assertThat(sink.health().ready()).isFalse();
      answer = request -> new Reply(503, "starting", "");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(sink.health().detail()).contains("503 starting"));
      answer = request -> Reply.OK;
      await().atMost(PATIENCE).until(() -> !accepted.isEmpty());
      await().atMost(PATIENCE).until(() -> sink.health().ready());
      assertThat(accepted).hasSize(1);
      assertThat(broker.records(Topics.DEAD_LETTERS)).isEmpty();
      assertThat(requests("busy")).isPositive();
    }
  }

  @Test
  void sendsAgainWhenAnAnswerStallsAfterItsHeaders(TestBroker broker) throws Exception {
    broker.createTopics(1);
    answer = request -> Reply.STALLED;
    try (RemoteWriteSink sink = sink(broker, withTimeout(Duration.ofSeconds(1)))) {
      sink.start();
      send(broker, "cart");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(sink.health().detail()).contains("no whole answer"));
      answer = request -> Reply.OK;
      await().atMost(PATIENCE).until(() -> !accepted.isEmpty());
      await().atMost(PATIENCE).until(() -> sink.health().ready());
    }
  }

  /** By the receiver's own clock, whatever this machine's is set to. */
  @Test
  void waitsForADateAsLongAsForSeconds() throws Exception {
    byte[] nothing = Snappy.compress(new byte[0]);
    ReceiverClock wrong = new ReceiverClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), () -> 0);
    RemoteWriteClient client = new RemoteWriteClient(config(), wrong);
    answer = request -> new Reply(503, "", date(Duration.ofMinutes(10)));
    assertThat(client.post(nothing).retryAfter())
        .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
    answer = request -> new Reply(503, "", date(Duration.ofDays(1)));
    assertThat(client.post(nothing).retryAfter()).isEqualTo(Duration.ofHours(1));
  }

  private static String date(Duration ahead) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        Instant.now().plus(ahead).atOffset(ZoneOffset.UTC));
  }

  /** Of members that are known by their names the first gets the only partition. */
  @Test
  void isWellOnceAnotherInstanceHasItsPartitions(TestBroker broker) throws Exception {
    broker.createTopics(1);
    answer = request -> new Reply(503, "starting", "3600");
    try (RemoteWriteSink second = sink(broker, config(), "2");
        RemoteWriteSink first = sink(broker, config(), "1")) {
      second.start();
      send(broker, "cart");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(second.health().detail()).contains("503 starting"));
      first.start();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(second.health().detail()).isEqualTo("other instances write"));
      assertThat(second.health().ready()).isTrue();
    }
  }

  @Test
  void onlyTheSampleAtFaultBecomesADeadLetter(TestBroker broker) throws Exception {
    broker.createTopics(1);
    answer = request -> request.contains("bad") ? new Reply(400, "label too long", "") : Reply.OK;
    try (RemoteWriteSink sink = sink(broker, config())) {
      sink.start();
      for (int i = 0; i < 40; i++) {
        send(broker, i == 17 ? "bad" : "good-" + i + "-");
      }
      await()
          .atMost(PATIENCE)
          .until(() -> accepted.stream().mapToLong(RemoteWriteAnswersIT::good).sum() >= 39);
      await().atMost(PATIENCE).until(() -> broker.records(Topics.DEAD_LETTERS).size() == 1);
      DeadLetter letter = LETTERS.decode(broker.records(Topics.DEAD_LETTERS).get(0).value());
      assertThat(letter.getStage()).isEqualTo("remote-write");
      assertThat(letter.getMessage()).contains("400 label too long");
      assertThat(accepted.stream().mapToLong(RemoteWriteAnswersIT::good).sum()).isEqualTo(39);
    }
  }

  /** Prometheus takes nothing that is an hour older than its newest, of whatever series. */
  @ParameterizedTest
  @ValueSource(strings = {"out of bounds", "too old sample"})
  void looksForNoneThatIsGoodWhereTheNewestIsTooOld(String sentence, TestBroker broker)
      throws Exception {
    broker.createTopics(1);
    Reply tooOld = new Reply(400, sentence, "");
    answer = request -> request.contains("old-") ? tooOld : Reply.OK;
    for (int i = 0; i < 200; i++) {
      send(broker, "old-" + i + "-");
    }
    try (RemoteWriteSink sink = sink(broker, config())) {
      sink.start();
      await().atMost(PATIENCE).until(() -> broker.records(Topics.DEAD_LETTERS).size() == 200);
      assertThat(requests("invalid")).as("halves would be two for each").isLessThan(40);
      answer = request -> request.contains("old-3-") ? tooOld : Reply.OK;
      for (int i = 0; i < 40; i++) {
        send(broker, i == 17 ? "old-3-" : "good-" + i + "-", i == 17 ? 3 : 4);
      }
      await()
          .atMost(PATIENCE)
          .until(() -> accepted.stream().mapToLong(RemoteWriteAnswersIT::good).sum() >= 39);
      await().atMost(PATIENCE).until(() -> broker.records(Topics.DEAD_LETTERS).size() == 201);
    }
  }

  /** Prometheus says the same of one that is too far behind its own series alone. */
  @Test
  void losesNothingThatIsGoodToOneThatIsTooOldForItsSeries(TestBroker broker) throws Exception {
    broker.createTopics(1);
    answer = request -> request.contains("late") ? new Reply(400, "too old sample", "") : Reply.OK;
    long recent = System.currentTimeMillis() - Duration.ofMinutes(20).toMillis();
    for (int i = 0; i < 40; i++) {
      send(broker, i == 17 ? "late" : "good-" + i + "-", i == 17 ? recent : recent - 1);
    }
    try (RemoteWriteSink sink = sink(broker, config())) {
      sink.start();
      await()
          .atMost(PATIENCE)
          .until(() -> accepted.stream().mapToLong(RemoteWriteAnswersIT::good).sum() >= 39);
      await().atMost(PATIENCE).until(() -> !broker.records(Topics.DEAD_LETTERS).isEmpty());
      assertThat(broker.records(Topics.DEAD_LETTERS)).hasSize(1);
    }
  }

  @Test
  void dropsNothingWhenItIsNotLetIn(TestBroker broker) throws Exception {
    broker.createTopics(1);
    Path token = Files.writeString(directory.resolve("token"), "old\n");
    answer =
        request ->
            authorizations.get(authorizations.size() - 1).equals("Bearer new")
                ? Reply.OK
                : new Reply(401, "token expired", "");
    try (RemoteWriteSink sink = sink(broker, withToken(token))) {
      sink.start();
      send(broker, "cart");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(sink.health().detail())
                      .contains("refuses: 401 token expired")
                      .doesNotContain("old"));
      assertThat(requests("refused")).isPositive();
      Files.writeString(token, "new\n");
      await().atMost(PATIENCE).until(() -> !accepted.isEmpty());
      assertThat(accepted.get(0)).contains("cart");
      assertThat(broker.records(Topics.DEAD_LETTERS)).isEmpty();
    }
  }

  private double requests(String verdict) {
    return meters.counter("sluice.remote.write.requests", "answer", verdict).count();
  }

  private static long good(String request) {
    return request.split("good-\\d+-", -1).length - 1L;
  }

  private RemoteWriteConfig config() {
    return withToken(null);
  }

  private RemoteWriteConfig withToken(@Nullable Path token) {
    return config(token, RemoteWriteConfig.defaults().timeout());
  }

  private RemoteWriteConfig withTimeout(Duration timeout) {
    return config(null, timeout);
  }

  private RemoteWriteConfig config(@Nullable Path token, Duration timeout) {
    RemoteWriteConfig defaults = RemoteWriteConfig.defaults();
    return new RemoteWriteConfig(
        "http://127.0.0.1:" + receiver.getAddress().getPort() + "/write",
        Map.of(),
        List.of(),
        defaults.histograms(),
        defaults.maxSeries(),
        1,
        timeout,
        "",
        "",
        token == null ? "" : token.toString(),
        defaults.tls());
  }

  private RemoteWriteSink sink(TestBroker broker, RemoteWriteConfig config) {
    return sink(broker, config, "one");
  }

  private RemoteWriteSink sink(TestBroker broker, RemoteWriteConfig config, String instanceId) {
    return sink(broker, config, instanceId, Clock.systemUTC());
  }

  private RemoteWriteSink sink(
      TestBroker broker, RemoteWriteConfig config, String instanceId, Clock clock) {
    return new RemoteWriteSink(
        config, PrometheusSinkConfig.defaults(), broker.connection(), meters, clock, instanceId);
  }

  private static void send(TestBroker broker, String service) {
    send(broker, service, 2);
  }

  private static void send(TestBroker broker, String service, long millis) {
    SeriesPoint point =
        SeriesPoint.newBuilder()
            .setName("calls_total")
            .setHelp("help")
            .setType(SeriesType.COUNTER)
            .setLabels(Map.of("service", service))
            .setStartTimeUnixNano(1)
            .setTimeUnixNano(millis * 1_000_000)
            .setValue(1)
            .build();
    broker.produce(Topics.SERIES, service.getBytes(StandardCharsets.UTF_8), SERDE.encode(point));
  }
}
