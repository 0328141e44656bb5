package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testkit.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The launcher as a process of its own, used as a user would: by its output, its ports, signals.
 */
final class SluiceCommand implements AutoCloseable {

  private static final Path LAUNCHER = Path.of("../sluice").toAbsolutePath().normalize();

  /** What lives for a minute earns no second compiler: half of what a start costs would be its. */
  private static final String QUICK = "-XX:TieredStopAtLevel=1";

  private static final List<String> FREE_PORTS =
      List.of(
          "kafka.embeddedPort",
          "ingest.grpcPort",
          "ingest.httpPort",
          "prometheusSink.port",
          "console.port",
          "telemetry.port");

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Process process;
  private final Path output;

  private SluiceCommand(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts it with every port free. */
  static SluiceCommand start(Path directory, String... arguments) {
    return start(directory, List.of(LAUNCHER.toString()), arguments);
  }

  /** The same from the classes of this build, without launcher and jars. */
  static SluiceCommand onClassPath(Path directory, String... arguments) {
    return start(
        directory,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-XX:+UseSerialGC",
            QUICK,
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()),
        arguments);
  }

  private static SluiceCommand start(Path directory, List<String> program, String... arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    for (String port : FREE_PORTS) {
      command.add("--set");
      command.add(port + "=0");
    }
    return startAsIs(directory, command);
  }

  /** A file that has it work on a broker's cluster, and send no traces of its own. */
  static Path config(Path directory, TestBroker broker, int partitions) throws IOException {
    return Files.writeString(
        directory.resolve("sluice.yaml"),
        """
        namespace: %s
        kafka:
          bootstrapServers: %s
        topics:
          partitions: %d
          replicationFactor: 1
        telemetry:
          tracesPerSecond: 0
        """
            .formatted(
                broker.connection().namespace().name(),
                broker.connection().bootstrapServers(),
                partitions));
  }

  /** Starts it with these arguments alone. */
  static SluiceCommand run(Path directory, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(LAUNCHER.toString());
    command.addAll(List.of(arguments));
    return startAsIs(directory, command);
  }

  /**
   * What a command that ends by itself said.
   *
   * @param out its standard output, which may be any bytes
   * @param err its standard error
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Result(int status, byte[] out, String err) {

    String text() {
      return new String(out, StandardCharsets.UTF_8);
    }
  }

  /** Runs a command to its end. */
  static Result toItsEnd(Path directory, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(LAUNCHER.toString());
    command.addAll(List.of(arguments));
    try {
      Path out = Files.createTempFile(directory, "out", ".bin");
      Path err = Files.createTempFile(directory, "err", ".txt");
      Process ended =
          builder(directory, command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      assertThat(ended.waitFor(2, TimeUnit.MINUTES)).as("the end of " + command).isTrue();
      return new Result(ended.exitValue(), Files.readAllBytes(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static ProcessBuilder builder(Path directory, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("LAUNCHER_BUILD", "no");
    builder.environment().put("JAVA_OPTS", QUICK);
    return builder;
  }

  private static SluiceCommand startAsIs(Path directory, List<String> command) {
    try {
      Path output = Files.createTempFile(directory, "output", ".txt");
      Process started =
          builder(directory, command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      return new SluiceCommand(started, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of {@code up} and {@code demo}: until the last of their addresses is printed. */
  void awaitUp() {
    awaitOutput(addressLine("Kafka"));
  }

  /** The same of {@code run}. */
  void awaitRunning() {
    awaitOutput(addressLine("health"));
  }

  void awaitOutput(String text) {
    awaitOutput(Pattern.compile(Pattern.quote(text)));
  }

  private void awaitOutput(Pattern text) {
    await()
        .atMost(Duration.ofMinutes(6))
        .until(() -> !process.isAlive() || text.matcher(output()).find());
    assertThat(process.isAlive()).as(output()).isTrue();
  }

  /** The exit status. */
  int awaitExit(Duration longest) throws InterruptedException {
    assertThat(process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)).as(output()).isTrue();
    return process.exitValue();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /**
   * SIGTERM. Most tests are about something else, on a machine that may be busy.
   *
   * @return whether everything was drained and stopped in order within ten seconds
   */
  boolean stop() throws InterruptedException {
    process.destroy();
    assertThat(awaitExit(Duration.ofMinutes(1))).as(output()).isIn(0, 143);
    return !output().contains("not everything stopped in time");
  }

  String address(String name) {
    Matcher matcher = addressLine(name).matcher(output());
    assertThat(matcher.find()).as("an address of " + name + " in\n" + output()).isTrue();
    return matcher.group(1);
  }

  /** With its end, so that it is whole. */
  private static Pattern addressLine(String name) {
    return Pattern.compile("(?m)^  " + Pattern.quote(name) + " +(\\S+)\\R");
  }

  JsonNode api(String path) {
    return json(get(address("console") + path));
  }

  JsonNode json(String text) {
    try {
      return json.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String get(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)).build());
  }

  String send(HttpRequest request) {
    try {
      HttpResponse<String> reply = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(reply.statusCode()).as(request + ": " + reply.body()).isLessThan(300);
      return reply.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** OTLP in protobuf. */
  void post(String path, byte[] body) {
    send(
        HttpRequest.newBuilder(URI.create(address("OTLP/HTTP") + path))
            .header("content-type", "application/x-protobuf")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  void change(String method, String path) {
    send(
        HttpRequest.newBuilder(URI.create(address("console") + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build());
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().join()); // nobody writes into a directory that is deleted
  }
}
