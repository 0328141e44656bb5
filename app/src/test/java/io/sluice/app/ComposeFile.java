package io.sluice.app;

import com.github.dockerjava.api.model.HealthCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * docker-compose.yml, whose services are containers for Testcontainers: the same image, command,
 * environment, files, name and health check, on ports that are free.
 */
final class ComposeFile {

  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern RUN = Pattern.compile("run (.+?)( --config .+)");
  private static final Pattern SECONDS = Pattern.compile("(\\d+)s");

  private final Map<?, ?> services;

  private ComposeFile(Map<?, ?> services) {
    this.services = services;
  }

  static ComposeFile read() {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    try {
      Map<?, ?> file = yaml.load(Files.readString(ROOT.resolve("docker-compose.yml")));
      return new ComposeFile(map(file.get("services")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The services that are processes of {@code sluice run}. */
  List<String> roles() {
    return services.keySet().stream()
        .map(String::valueOf)
        .filter(name -> command(name).startsWith("run "))
        .toList();
  }

  /**
   * Services of {@link #roles} in one container that answers to all their names: each of them is
   * the same code alone, and one Java is enough for a small machine.
   */
  GenericContainer<?> together(List<String> names, Network network) {
    String config = "";
    List<String> roles = new ArrayList<>();
    GenericContainer<?> all = service(names.get(0), network);
    for (String name : names) {
      Matcher command = RUN.matcher(command(name));
      if (!command.matches()) {
        throw new IllegalStateException(name + ": expected run ROLE… --config FILE");
      }
      roles.add(command.group(1));
      config = command.group(2);
      expose(all, map(services.get(name)));
    }
    return all.withNetworkAliases(names.toArray(String[]::new))
        .withEnv("JAVA_OPTS", "-Xmx1g")
        .withCommand("run " + String.join(" ", roles) + config);
  }

  private String command(String name) {
    return text(map(services.get(name)).get("command"));
  }

  /** A service that is not started yet; once started it is healthy. */
  GenericContainer<?> service(String name, Network network) {
    Map<?, ?> service = map(services.get(name));
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(text(service.get("image"))))
            .withNetwork(network)
            .withNetworkAliases(name)
            .withStartupTimeout(Duration.ofMinutes(4))
            .waitingFor(Wait.forHealthcheck().withStartupTimeout(Duration.ofMinutes(4)));
    map(service.get("environment"))
        .forEach((key, value) -> container.withEnv(text(key), text(value)));
    // A Java that lives for a minute spends most of it on optimizing what it then does not run.
    container.withEnv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
    Object command = service.get("command");
    if (command instanceof List<?> parts) {
      container.withCommand(parts.stream().map(ComposeFile::text).toArray(String[]::new));
    } else if (command != null) {
      container.withCommand(text(command));
    }
    expose(container, service);
    for (Object volume : list(service.get("volumes"))) {
      String[] parts = text(volume).split(":", -1);
      if (parts[0].startsWith("./")) { // others are named volumes
        container.withCopyFileToContainer(
            MountableFile.forHostPath(ROOT.resolve(parts[0]).normalize()), parts[1]);
      }
    }
    Map<?, ?> check = map(service.get("healthcheck"));
    if (check.containsKey("test")) {
      HealthCheck health =
          new HealthCheck()
              .withTest(list(check.get("test")).stream().map(ComposeFile::text).toList())
              .withInterval(nanos(check.get("interval")))
              .withTimeout(nanos(check.get("timeout")))
              .withRetries(Integer.parseInt(text(check.get("retries"))));
      container.withCreateContainerCmdModifier(create -> create.withHealthcheck(health));
    }
    return container;
  }

  private static void expose(GenericContainer<?> container, Map<?, ?> service) {
    for (Object port : list(service.get("ports"))) {
      String mapping = text(port);
      container.addExposedPort(Integer.parseInt(mapping.substring(mapping.lastIndexOf(':') + 1)));
    }
  }

  private static long nanos(@Nullable Object duration) {
    Matcher seconds = SECONDS.matcher(text(duration));
    if (!seconds.matches()) {
      throw new IllegalArgumentException("expected seconds, such as 10s: " + duration);
    }
    return Duration.ofSeconds(Long.parseLong(seconds.group(1))).toNanos();
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<?, ?>) value;
  }

  private static List<?> list(@Nullable Object value) {
    return value == null ? List.of() : (List<?>) value;
  }

  private static String text(@Nullable Object value) {
    return String.valueOf(value);
  }
}
