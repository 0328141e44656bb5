package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.plugins.PluginJar;
import io.sluice.testkit.NeedsProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows docs/extending.md from an empty directory to the counter of a running processor. */
class ExtendingIT {

  private static final Path PAGE = Path.of("../docs/extending.md");
  private static final Path EXAMPLE = Path.of("../examples/log-to-metric");
  private static final Pattern FILE =
      Pattern.compile("(?ms)^`([^`\\n]+)`:\\n\\n```[a-z]+\\n(.*?)^```$");
  private static final Pattern COMMAND = Pattern.compile("(?ms)^```(sh|sluice)\\n(.*?)^```$");

  @TempDir private Path directory;

  @Test
  void thePagesFilesAreTheExampleThatTheBuildCompilesAndTests() throws IOException {
    Map<String, String> example = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String path = EXAMPLE.relativize(file).toString();
        if (path.equals("pom.xml") || path.startsWith("src")) {
          example.put(path, Files.readString(file));
        }
      }
    }
    assertThat(files()).containsExactlyInAnyOrderEntriesOf(example);
  }

  @Test
  @NeedsProgram("curl")
  void theProcessorOfThePageCountsInARunningPipeline() throws Exception {
    for (Map.Entry<String, String> file : files().entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    Path built = Files.createDirectories(directory.resolve("target"));
    PluginJar.ofProject(directory, built.resolve("log-to-metric-1.0.jar")); // as mvn package does

    List<MatchResult> commands = COMMAND.matcher(Files.readString(PAGE)).results().toList();
    assertThat(commands)
        .extracting(command -> command.group(1))
        .containsExactly("sh", "sluice", "sh", "sh");
    assertThat(shell(commands.get(0).group(2))).isZero();
    List<String> arguments =
        new ArrayList<>(List.of(commands.get(1).group(2).trim().split(" ", -1)));
    assertThat(arguments.remove(0)).isEqualTo("sluice");
    try (SluiceCommand up =
        SluiceCommand.onClassPath(directory, arguments.toArray(String[]::new))) {
      up.awaitUp();
      assertThat(shell(onFreePorts(commands.get(2).group(2), up))).isZero();
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> shell(onFreePorts(commands.get(3).group(2), up)) == 0);
      up.stop();
    }
  }

  private static Map<String, String> files() throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    FILE.matcher(Files.readString(PAGE))
        .results()
        .forEach(found -> files.put(found.group(1), found.group(2)));
    return files;
  }

  private static String onFreePorts(String command, SluiceCommand up) {
    return command
        .replace("localhost:4318", host(up.address("OTLP/HTTP")))
        .replace("localhost:9464", host(up.address("metrics")));
  }

  private static String host(String address) {
    return address.replaceFirst("^http://", "").replaceFirst("/.*$", "");
  }

  private int shell(String commands) throws IOException, InterruptedException {
    return new ProcessBuilder("bash", "-ec", commands)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("shell.txt").toFile())
        .start()
        .waitFor();
  }
}
