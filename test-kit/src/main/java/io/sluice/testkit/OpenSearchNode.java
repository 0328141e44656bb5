package io.sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real OpenSearch node in a process of its own, on a free port of loopback, without security. It
 * keeps its data over restarts and ends with this process.
 */
public final class OpenSearchNode implements AutoCloseable {

  /** Which OpenSearch. */
  public enum Version {
    /** 2.19, which runs on the JDK of the build. */
    V2("opensearch-node/target/classpath", 17),
    /** 3, which needs a newer JDK. */
    V3("opensearch-node/v3/target/classpath", 21);

    private final String classPath;
    private final int jdk;

    Version(String classPath, int jdk) {
      this.classPath = classPath;
      this.jdk = jdk;
    }
  }

  private static final Duration START = Duration.ofMinutes(3);
  private static final Pattern MAJOR = Pattern.compile("JAVA_VERSION=\"(\\d+)");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Version version;
  private final Path directory;
  private final int heapMiB;
  private final int port = Programs.freePort();
  private @Nullable Process process;

  private OpenSearchNode(Version version, Path directory, int heapMiB) {
    this.version = version;
    this.directory = directory;
    this.heapMiB = heapMiB;
  }

  /** Why a node of this version cannot be started here; empty when it can. */
  public static Optional<String> missing(Version version) {
    if (classPath(version).isEmpty()) {
      return Optional.of(
          version.classPath + " is not there: mvn -pl test-kit -am compile makes it");
    }
    return java(version).isEmpty()
        ? Optional.of("no JDK " + version.jdk + " or newer in /usr/lib/jvm")
        : Optional.empty();
  }

  /**
   * Starts a node and waits until it answers.
   *
   * @param directory where its data is
   */
  public static OpenSearchNode start(Version version, Path directory) {
    return start(version, directory, 512);
  }

  /** The same with a heap of so many MiB. */
  public static OpenSearchNode start(Version version, Path directory, int heapMiB) {
    OpenSearchNode node = new OpenSearchNode(version, directory, heapMiB);
    Runtime.getRuntime().addShutdownHook(new Thread(node::kill));
    node.start();
    return node;
  }

  /** Starts it again after {@link #kill}. */
  public void start() {
    try {
      Files.createDirectories(directory);
      Path source = directory.resolve("OpenSearchMain.java");
      try (InputStream in = OpenSearchNode.class.getResourceAsStream("OpenSearchMain.java")) {
        if (in == null) {
          throw new IllegalStateException("OpenSearchMain.java is not on the class path");
        }
        Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
      }
      Path java = java(version).orElseThrow();
      Process started =
          new ProcessBuilder(
                  java.toString(),
                  "-Xms" + heapMiB + "m",
                  "-Xmx" + heapMiB + "m",
                  "-XX:+UseSerialGC",
                  "-XX:-UsePerfData",
                  "-cp",
                  Files.readString(classPath(version).orElseThrow()).strip(),
                  source.toString(),
                  directory.resolve("node").toString(),
                  Integer.toString(port))
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(directory.resolve("node.log").toFile()))
              .start();
      process = started;
      awaitAnswer(started);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitAnswer(Process started) {
    long deadline = System.nanoTime() + START.toNanos();
    while (!answers()) {
      if (!started.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the node does not answer; its log is " + directory.resolve("node.log"));
      }
      LockSupport.parkNanos(200_000_000);
    }
  }

  private boolean answers() {
    try {
      return request("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s", "").statusCode()
          == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** Ends it as SIGKILL does. */
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      try {
        running.waitFor(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Asks it something, with JSON or lines of it. */
  public HttpResponse<String> request(String method, String path, String body) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create(url() + path))
              .timeout(Duration.ofSeconds(60))
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** In the checkout that the working directory is in. */
  private static Optional<Path> classPath(Version version) {
    Path at = Path.of("").toAbsolutePath();
    while (at != null) {
      Path list = at.resolve(version.classPath);
      if (Files.isRegularFile(list)) {
        return Optional.of(list);
      }
      at = at.getParent();
    }
    return Optional.empty();
  }

  private static Optional<Path> java(Version version) {
    if (Runtime.version().feature() >= version.jdk) {
      return Optional.of(Path.of(System.getProperty("java.home"), "bin", "java"));
    }
    Path installed = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(installed)) {
      return Optional.empty();
    }
    try (Stream<Path> homes = Files.list(installed)) {
      List<Path> found = homes.filter(home -> major(home) >= version.jdk).sorted().toList();
      return found.stream().map(home -> home.resolve("bin/java")).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int major(Path home) {
    try {
      Matcher version = MAJOR.matcher(Files.readString(home.resolve("release")));
      return version.find() ? Integer.parseInt(version.group(1)) : 0;
    } catch (IOException e) {
      return 0; // no JDK
    }
  }
}
