package io.sluice.ingest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server with the default limits, and all the time it wants, in a process of its own. */
final class SmallHeapServer implements AutoCloseable {

  private final Process process;
  private final int port;

  private SmallHeapServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * @param heap as Java takes it, e.g. 256m; the process ends when it does not suffice
   */
  static SmallHeapServer start(String heap, KafkaConnection connection) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + heap,
                    "-XX:+ExitOnOutOfMemoryError",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SmallHeapServer.class.getName(),
                    connection.bootstrapServers(),
                    connection.namespace().name()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var out = process.inputReader();
    String line = out.readLine();
    while (line != null && !line.startsWith("port ")) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("the server ended before it was ready");
    }
    return new SmallHeapServer(process, Integer.parseInt(line.substring("port ".length())));
  }

  int port() {
    return port;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Bootstrap servers and namespace; ends with its standard input. */
  public static void main(String[] args) throws Exception {
    KafkaConnection connection = new KafkaConnection(args[0], Map.of(), new Namespace(args[1]));
    try (IngestServer server =
        new IngestServer(
            new TestConfig().ackTimeout(Duration.ofMinutes(2)).build(),
            connection,
            new SimpleMeterRegistry(),
            OpenTelemetry.noop())) {
      server.start();
      while (!server.health().ready()) {
        Thread.onSpinWait();
      }
      System.out.println("port " + server.httpPort());
      while (System.in.read() >= 0) {
        Thread.onSpinWait();
      }
    }
  }
}
