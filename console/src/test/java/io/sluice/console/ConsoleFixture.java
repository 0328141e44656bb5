package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.server.HttpService;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.ServerTls;
import io.sluice.sinks.search.LuceneStore;
import io.sluice.sinks.search.SearchStore;
import io.sluice.testkit.Programs;
import io.sluice.testkit.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** A console with a store and a broker, to put records into and to look at from outside. */
final class ConsoleFixture implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration AT_MOST = Duration.ofMinutes(1);

  private final KafkaConnection connection;
  private final SearchStore store;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Map<String, HttpService> extras;
  private final String tokenFile;
  private final boolean hasIndex;
  private volatile Health part = new Health(true, true, "a sentence");
  private Console console;

  private ConsoleFixture(
      KafkaConnection connection,
      Path directory,
      Map<String, HttpService> extras,
      String tokenFile,
      boolean hasIndex) {
    this.connection = connection;
    this.extras = extras;
    this.tokenFile = tokenFile;
    this.hasIndex = hasIndex;
    store = LuceneStore.open(directory);
    console = console(Programs.freePort()); // nobody is given it while the console is stopped
  }

  /** Serves, on any free port, once it has read the topics, which it creates. */
  static ConsoleFixture start(TestBroker broker, Path directory) {
    return start(broker, directory, Map.of());
  }

  /**
   * @param extras what else it serves, by path prefix
   */
  static ConsoleFixture start(TestBroker broker, Path directory, Map<String, HttpService> extras) {
    return startRead(broker, directory, extras, true);
  }

  /** One of a process that indexes nothing. */
  static ConsoleFixture startWithoutIndex(TestBroker broker, Path directory) {
    return startRead(broker, directory, Map.of(), false);
  }

  private static ConsoleFixture startRead(
      TestBroker broker, Path directory, Map<String, HttpService> extras, boolean hasIndex) {
    broker.createTopics(1);
    ConsoleFixture fixture =
        new ConsoleFixture(broker.connection(), directory, extras, "", hasIndex);
    fixture.console.start();
    fixture.awaitReady();
    fixture.awaitAnswer("/api/v1/dead-letters", "deadLetters");
    fixture.awaitAnswer("/api/v1/slos/checkout-latency", "\"windowsNote\":null");
    return fixture;
  }

  /** Serves what is in its store; no Kafka answers. */
  static ConsoleFixture startWithoutKafka(Path directory) {
    return startUnread(new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace("")), directory);
  }

  /** Serves, whether there are topics to read or not. */
  static ConsoleFixture startUnread(KafkaConnection connection, Path directory) {
    return startUnread(connection, directory, Map.of(), "");
  }

  /**
   * @param tokenFile who may use it; empty for everybody
   */
  static ConsoleFixture startUnread(
      KafkaConnection connection,
      Path directory,
      Map<String, HttpService> extras,
      String tokenFile) {
    ConsoleFixture fixture = new ConsoleFixture(connection, directory, extras, tokenFile, true);
    fixture.console.start();
    return fixture;
  }

  SearchStore store() {
    return store;
  }

  MeterRegistry registry() {
    return registry;
  }

  int port() {
    return console.port();
  }

  String url() {
    return "http://localhost:" + port() + "/";
  }

  List<String> paths() {
    return console.paths();
  }

  /** What the console tells about the part of the pipeline that this is all of. */
  void setPart(Health health) {
    part = health;
  }

  void awaitReady() {
    await().atMost(AT_MOST).until(() -> console.health().ready());
  }

  /** Waits until the API's answer has all of these in it. */
  void awaitAnswer(String path, String... expected) {
    WebClient client = WebClient.of("h1c://127.0.0.1:" + port());
    await(path)
        .atMost(AT_MOST)
        .ignoreExceptions()
        .until(
            () -> client.get(path).aggregate().join().contentUtf8(),
            answer -> Arrays.stream(expected).allMatch(answer::contains));
  }

  /** The API's answer, which has this status. */
  JsonNode answer(String path, int status) {
    AggregatedHttpResponse reply =
        WebClient.of("h1c://127.0.0.1:" + port()).get(path).aggregate().join();
    assertThat(reply.status().code()).as(path + ": " + reply.contentUtf8()).isEqualTo(status);
    return json(reply.contentUtf8());
  }

  /** JSON with single quotes. */
  static JsonNode quoted(String text) {
    return json(text.replace("\\'", "\u0000").replace('\'', '"').replace('\0', '\''));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a part of a path or a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Stops the server and frees its port; the store stays open. */
  void stop() {
    console.close();
  }

  /** A new server on the port of the stopped one. */
  void restart(int port) {
    console = console(port);
    console.start();
    awaitReady();
  }

  @Override
  public void close() {
    console.close();
    store.close();
  }

  static <T extends SpecificRecord> void send(
      TestBroker broker, Topic topic, String key, T record) {
    AvroSerde<T> serde = AvroSerde.of(record.getSchema());
    broker.produce(topic, key.getBytes(StandardCharsets.UTF_8), serde.encode(record));
  }

  private Console console(int port) {
    return new Console(
        new ConsoleConfig("127.0.0.1", port, List.of(), tokenFile, false, ServerTls.none()),
        connection,
        hasIndex ? store : null,
        registry,
        Clock.systemUTC(),
        () -> Map.of("part", part),
        extras);
  }
}
