package io.sluice.demo;

import io.sluice.demo.Neighbour.NotStartedException;
import io.sluice.demo.reviews.ReviewsService;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The other kinds of client: a service that knows nothing of telemetry, and one in Node.js. */
public final class Neighbours {

  private static final String RESOURCE =
      "service.namespace=shop,service.version=1.0.0,deployment.environment.name=demo";
  private static final long INSTALL_MINUTES = 5;
  private static final String LOCK = "package-lock.json";

  /** What npm was given when it last came to its end; npm begins by removing it. */
  static final String INSTALLED = "node_modules/.installed-package-lock.json";

  private Neighbours() {}

  /**
   * {@code reviews}: plain Java and a database over JDBC, under the OpenTelemetry Java agent, which
   * sends straight to Kafka with Sluice's extension.
   *
   * @param agents the folder with {@code opentelemetry-javaagent.jar} and {@code
   *     agent-extension.jar}
   * @param namespace of the topics, or empty
   * @param work a folder for its files
   */
  public static Neighbour reviews(Path agents, String bootstrapServers, String namespace, Path work)
      throws NotStartedException {
    Path agent = agents.resolve("opentelemetry-javaagent.jar");
    Path extension = agents.resolve("agent-extension.jar");
    for (Path needed : List.of(agent, extension)) {
      if (!Files.exists(needed)) {
        throw new NotStartedException(
            "reviews is not started: there is no " + needed + "; ./sluice puts it there");
      }
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-javaagent:" + agent,
                "-Dotel.javaagent.extensions=" + extension,
                "-Dotel.service.name=reviews",
                "-Dotel.resource.attributes=" + RESOURCE,
                "-Dotel.exporter.sluice-kafka.bootstrap.servers=" + bootstrapServers,
                "-Dotel.bsp.schedule.delay=500",
                "-Dotel.blrp.schedule.delay=500",
                "-Dotel.metric.export.interval=5000"));
    if (!namespace.isEmpty()) {
      command.add("-Dotel.exporter.sluice-kafka.namespace=" + namespace);
    }
    for (String signal : List.of("traces", "logs", "metrics")) {
      command.add("-Dotel." + signal + ".exporter=sluice-kafka");
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ReviewsService.class.getName());
    return Neighbour.start("reviews", command, Map.of(), folder(work), work.resolve("reviews.log"));
  }

  /**
   * {@code recommendations}: Node.js with OpenTelemetry's JavaScript SDK over OTLP. The first start
   * lets npm fetch its libraries into the folder, and so does one with other libraries.
   *
   * @param otlpEndpoint for OTLP over HTTP
   * @param work a folder for its files
   */
  public static Neighbour recommendations(String otlpEndpoint, Path work)
      throws NotStartedException {
    Path home = folder(work.resolve("recommendations"));
    for (String file : List.of("package.json", LOCK, "telemetry.js", "server.js")) {
      copy(file, home.resolve(file));
    }
    if (!isInstalled(home)) {
      install(home, work.resolve("npm.log"));
      copy(LOCK, home.resolve(INSTALLED));
    }
    return Neighbour.start(
        "recommendations",
        List.of("node", "--require", "./telemetry.js", "server.js"),
        Map.of(
            "OTEL_SERVICE_NAME", "recommendations",
            "OTEL_RESOURCE_ATTRIBUTES", RESOURCE,
            "OTEL_EXPORTER_OTLP_ENDPOINT", otlpEndpoint,
            "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
            "OTEL_TRACES_EXPORTER", "otlp",
            "OTEL_LOGS_EXPORTER", "otlp",
            "OTEL_METRICS_EXPORTER", "otlp",
            "OTEL_BSP_SCHEDULE_DELAY", "500",
            "OTEL_BLRP_SCHEDULE_DELAY", "500",
            "OTEL_METRIC_EXPORT_INTERVAL", "5000"),
        home,
        work.resolve("recommendations.log"));
  }

  /** Whether the libraries are there that the service names now. */
  static boolean isInstalled(Path home) throws NotStartedException {
    Path installed = home.resolve(INSTALLED);
    try {
      return Files.exists(installed) && Files.mismatch(home.resolve(LOCK), installed) < 0;
    } catch (IOException e) {
      throw new NotStartedException("recommendations is not started: cannot read " + home, e);
    }
  }

  private static void install(Path home, Path log) throws NotStartedException {
    try {
      Process npm =
          new ProcessBuilder(
                  "npm",
                  "ci",
                  "--omit=dev",
                  "--ignore-scripts",
                  "--no-audit",
                  "--no-fund",
                  "--prefer-offline")
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || npm.exitValue() != 0) {
        npm.destroyForcibly();
        throw new NotStartedException(
            "recommendations is not started: npm could not fetch its libraries; see " + log);
      }
    } catch (IOException e) {
      throw new NotStartedException(
          "recommendations is not started: it needs Node.js 18 or newer with npm ("
              + e.getMessage()
              + ")",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotStartedException("recommendations is not started: the shop closes", e);
    }
  }

  private static Path folder(Path folder) throws NotStartedException {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new NotStartedException("cannot make the folder " + folder, e);
    }
  }

  private static void copy(String file, Path to) throws NotStartedException {
    try (InputStream in = Neighbours.class.getResourceAsStream("recommendations/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the shop was built without " + file);
      }
      Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new NotStartedException("recommendations is not started: cannot write " + to, e);
    }
  }

  /** Where the build puts the agent: beside the libraries, one of which holds this class. */
  public static Path agents() {
    try {
      Path library =
          Path.of(Neighbours.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return library.resolveSibling("../agent").normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path has no such place", e);
    }
  }
}
