package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docker-compose.yml says, as people meet it; {@link DeploymentIT} starts it. */
class ComposeTest {

  /** The documentation's way to run a command: options of Compose, service, options of Sluice. */
  private static final Pattern FUNCTION =
      Pattern.compile(
          "(?m)^sluice\\(\\) \\{ docker compose run (.+) ([a-z-]+) \"\\$@\"( --config (\\S+)); }\n"
              + "((?:sluice .+\n)+)");

  @Test
  void commandsOfTheDocumentationAreSome() throws IOException {
    Matcher found = FUNCTION.matcher(Files.readString(ComposeFile.ROOT.resolve("docs/deploy.md")));
    assertThat(found.find()).isTrue();
    List<String> commands =
        found.group(5).lines().map(line -> line.substring("sluice ".length())).toList();

    assertThat(found.group(1)).contains("--rm").contains("--no-deps");
    assertThat(service(found.group(2)).path("volumes"))
        .extracting(JsonNode::asText)
        .contains("./deploy/sluice.yaml:" + found.group(4) + ":ro");
    assertThat(commands)
        .isNotEmpty()
        .allSatisfy(
            command ->
                assertThatCode(
                        () ->
                            Main.commandLine().parseArgs((command + found.group(3)).split(" ", -1)))
                    .as(command)
                    .doesNotThrowAnyException());
  }

  private static JsonNode service(String name) throws IOException {
    JsonNode file =
        new ObjectMapper(new YAMLFactory())
            .readTree(ComposeFile.ROOT.resolve("docker-compose.yml").toFile());
    JsonNode service = file.path("services").path(name);
    assertThat(service.isObject()).as(name).isTrue();
    return service;
  }
}
