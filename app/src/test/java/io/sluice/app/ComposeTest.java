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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Without it links begin with the container's id, which no browser finds. */
  @ParameterizedTest
  @ValueSource(strings = {"prometheus", "alertmanager"})
  void linksLeadToThePortThatIsPublished(String name) throws IOException {
    JsonNode service = service(name);
    String port =
        service.path("ports").path(0).asText().replaceFirst("^127\\.0\\.0\\.1:(\\d+):.*", "$1");

    assertThat(service.path("command"))
        .extracting(JsonNode::asText)
        .contains("--web.external-url=http://localhost:" + port);
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
