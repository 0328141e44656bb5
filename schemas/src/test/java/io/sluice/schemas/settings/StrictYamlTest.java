package io.sluice.schemas.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class StrictYamlTest {

  enum Mode {
    FAIL_OPEN,
    FAIL_CLOSED
  }

  record Server(
      @JsonPropertyDescription("TCP port; 0 takes any free one.") int port,
      DataSize maxBodySize,
      Duration timeout) {
    Server {
      InvalidSettingException.unless("port", port >= 0 && port <= 65535, "0 to 65535", port);
      InvalidSettingException.unless("timeout", !timeout.isZero(), "more than zero", timeout);
    }
  }

  record Target(String url, @JsonProperty("for") @Nullable Duration holdFor) {}

  record Config(
      String name,
      boolean enabled,
      long count,
      double ratio,
      Mode mode,
      Server server,
      List<Target> targets,
      Map<String, String> properties) {}

  private static final Config DEFAULTS =
      new Config(
          "sluice",
          true,
          1L << 40,
          0.5,
          Mode.FAIL_CLOSED,
          new Server(4317, DataSize.ofMiB(8), Duration.ofSeconds(10)),
          List.of(),
          Map.of("client.id", "a"));

  @Test
  void keepsDefaultsLevelByLevel() {
    Config config = bind("server:\n  port: 9\nmode: fail_open\n");

    assertThat(config.server()).isEqualTo(new Server(9, DataSize.ofMiB(8), Duration.ofSeconds(10)));
    assertThat(config.mode()).isEqualTo(Mode.FAIL_OPEN);
    assertThat(config.name()).isEqualTo("sluice");
  }

  @Test
  void emptyFileIsTheDefaults() {
    assertThat(bind("")).isEqualTo(DEFAULTS);
    assertThat(bind("# nothing yet\n")).isEqualTo(DEFAULTS);
  }

  @Test
  void readsEveryType() {
    Config config =
        bind(
            """
            name: "yes"
            enabled: false
            count: 12345678901
            ratio: 1e-3
            mode: fail-open
            server: {port: 0, maxBodySize: 64KiB, timeout: 500ms}
            targets:
              - url: http://a
                for: 5m
              - {url: 8080}
            properties:
              security.protocol: SSL
              ssl: {truststore: {type: PEM}}
            """);

    assertThat(config)
        .isEqualTo(
            new Config(
                "yes",
                false,
                12_345_678_901L,
                0.001,
                Mode.FAIL_OPEN,
                new Server(0, DataSize.ofKiB(64), Duration.ofMillis(500)),
                List.of(new Target("http://a", Duration.ofMinutes(5)), new Target("8080", null)),
                Map.of(
                    "client.id", "a", "security.protocol", "SSL", "ssl.truststore.type", "PEM")));
  }

  @Test
  void unknownKeyNamesTheNearestRightOne() {
    assertThat(problems("server:\n  prot: 1\n"))
        .isEqualTo("f.yaml:2: server.prot: unknown key; did you mean \"port\"?");
    assertThat(problems("server: {max_body_size: 1MiB}\n"))
        .isEqualTo("f.yaml:1: server.max_body_size: unknown key; did you mean \"maxBodySize\"?");
  }

  @Test
  void unknownKeyWithoutNearOneListsWhatIsThere() {
    assertThat(problems("server:\n  colour: red\n"))
        .isEqualTo("f.yaml:2: server.colour: unknown key; known here: port, maxBodySize, timeout");
  }

  @Test
  void allProblemsAreReportedInTheOrderOfTheFile() {
    assertThat(problems("targets: [{url: a, fro: 1s}]\nserver:\n  port: x\nnmae: a\ncount: 1.5\n"))
        .isEqualTo(
            """
            f.yaml:1: targets[0].fro: unknown key; did you mean "for"?
            f.yaml:3: server.port: expected a whole number, got "x"
            f.yaml:4: nmae: unknown key; did you mean "name"?
            f.yaml:5: count: expected a whole number, got "1.5\"""");
  }

  @Test
  void duplicateKeySaysWhereTheFirstOneIs() {
    assertThat(problems("name: a\ncount: 1\nname: b\n"))
        .isEqualTo("f.yaml:3: name: duplicate key, already set in line 1");
    assertThat(problems("server:\n  port: 1\n  port: 1\n"))
        .isEqualTo("f.yaml:3: server.port: duplicate key, already set in line 2");
  }

  @Test
  void wrongTypeSaysWhatWasExpected() {
    assertThat(problems("server: 4317"))
        .isEqualTo("f.yaml:1: server: expected keys with values, got \"4317\"");
    assertThat(problems("server: [1]"))
        .isEqualTo("f.yaml:1: server: expected keys with values, got a list");
    assertThat(problems("name: {a: b}")).isEqualTo("f.yaml:1: name: expected text, got a mapping");
    assertThat(problems("enabled: yes"))
        .isEqualTo("f.yaml:1: enabled: expected true or false, got \"yes\"");
    assertThat(problems("ratio: .inf"))
        .isEqualTo("f.yaml:1: ratio: expected a number, got \".inf\"");
    assertThat(problems("ratio: Infinity"))
        .isEqualTo("f.yaml:1: ratio: expected a number, got \"Infinity\"");
    assertThat(problems("server:\n  timeout: 10"))
        .isEqualTo(
            "f.yaml:2: server.timeout: expected a duration such as 500ms, 10s, 5m, 6h or 30d, got"
                + " \"10\"");
    assertThat(problems("server:\n  maxBodySize: 8MB"))
        .isEqualTo(
            "f.yaml:2: server.maxBodySize: expected a size such as 512B, 64KiB, 8MiB or 1GiB, got"
                + " \"8MB\"");
    assertThat(problems("targets: a"))
        .isEqualTo("f.yaml:1: targets: expected a list, each keys with values, got \"a\"");
    assertThat(problems("server: {port: 99999999999}"))
        .isEqualTo("f.yaml:1: server.port: expected a whole number, got \"99999999999\"");
  }

  @Test
  void longValueIsCutInTheMessage() {
    assertThat(problems("count: " + "x".repeat(5000))).hasSizeLessThan(120).endsWith("x…\"");
  }

  @Test
  void unknownConstantNamesTheNearest() {
    assertThat(problems("mode: fail-close"))
        .isEqualTo(
            "f.yaml:1: mode: expected one of fail-open, fail-closed, got \"fail-close\"; did you"
                + " mean \"fail-closed\"?");
  }

  @Test
  void impossibleValueIsReportedAtItsKey() {
    assertThat(problems("server:\n  timeout: 1s\n  port: 70000\n"))
        .isEqualTo("f.yaml:3: server.port: expected 0 to 65535, got 70000");
    assertThat(problems("server:\n  timeout: 0s\n"))
        .isEqualTo("f.yaml:2: server.timeout: expected more than zero, got 0ms");
  }

  @Test
  void missingValueIsReportedWhereItBelongs() {
    assertThat(problems("name: a\ntargets:\n  - for: 1s\n"))
        .isEqualTo("f.yaml:3: targets[0].url: missing; expected text");
    assertThat(problems("server:\n  port:\n"))
        .isEqualTo("f.yaml:2: server.port: expected a whole number, got nothing");
    assertThat(problems("name: ~")).isEqualTo("f.yaml:1: name: expected text, got nothing");
  }

  @Test
  void withoutDefaultsEveryKeyIsNeeded() {
    assertThat(message(() -> StrictYaml.document("f.yaml", "port: 1").bind(Server.class)))
        .isEqualTo(
            """
            f.yaml:1: maxBodySize: missing; expected a size such as 512B, 64KiB, 8MiB or 1GiB
            f.yaml:1: timeout: missing; expected a duration such as 500ms, 10s, 5m, 6h or 30d""");
  }

  @Test
  void syntaxErrorHasItsLine() {
    assertThat(problems("name: a\nserver: [1, 2\ncount: 1\n"))
        .startsWith("f.yaml:3: not valid YAML: ");
    assertThat(problems("name: a\n\tcount: 1\n")).startsWith("f.yaml:2: not valid YAML: ");
    assertThat(problems("name: \u0000")).startsWith("f.yaml: not valid YAML: ");
    assertThat(problems("server: *nowhere")).startsWith("f.yaml:1: not valid YAML: ");
  }

  @Test
  void documentIsKeysWithValues() {
    assertThat(problems("- a\n- b\n")).isEqualTo("f.yaml:1: expected keys with values, got a list");
    assertThat(problems("just text")).startsWith("f.yaml:1: expected keys with values, got \"just");
    assertThat(problems("? [a, b]\n: c\n")).isEqualTo("f.yaml:1: a key must be plain text");
  }

  @Test
  void aliasStandsForItsValue() {
    Config config = bind("targets:\n  - &one {url: a}\n  - *one\n");

    assertThat(config.targets()).containsExactly(new Target("a", null), new Target("a", null));
  }

  @Test
  void aliasesCannotMultiplyWithoutLimit() {
    StringBuilder bomb = new StringBuilder("l0: &l0 [a, a]\n");
    for (int level = 1; level <= 9; level++) {
      String below = "*l" + (level - 1);
      bomb.append("l%d: &l%d [%s, %s]\n".formatted(level, level, below, below));
    }
    String wide = "b: &b [" + "a,".repeat(20_000) + "]\nc: [*b, *b, *b, *b, *b, *b]\n";

    assertThat(problems(bomb + "z: [*l9, *l9, *l9]\n"))
        .isEqualTo(
            "f.yaml: not valid YAML: Number of aliases for non-scalar nodes exceeds the specified"
                + " max=20");
    assertThat(problems(wide)).endsWith("more than 100000 values, aliases expanded");
    assertThat(problems("a: &a [*a]")).endsWith("nested deeper than 50 levels");
  }

  @Test
  void depthAndLengthAreLimited() {
    assertThat(problems("a: " + "[".repeat(10_000)))
        .isEqualTo("f.yaml: not valid YAML: Nesting Depth exceeded max 50");
    assertThat(problems("a: " + "x".repeat(1 << 20)))
        .isEqualTo("f.yaml: longer than 1048576 characters of text");
  }

  @Test
  void nameOfAnyLengthIsAnswered() {
    assertThat(problems("\"" + "k".repeat(900) + "\": 1")).contains("unknown key; known here: ");
  }

  @Test
  void readsSeveralDocumentsWithTheirLines() {
    List<YamlDocument> documents =
        StrictYaml.documents("f.yaml", "port: 1\n---\n# none\n---\nkind: b\nprot: 1\n");

    assertThat(documents).hasSize(2);
    assertThat(documents.get(1).text("kind")).isEqualTo("b");
    assertThat(documents.get(1).originOf("kind")).hasToString("f.yaml:5");
    assertThat(message(() -> StrictYaml.document("f.yaml", "a: 1\n---\nb: 1\n")))
        .isEqualTo("f.yaml:3: expected one document, got 2");
  }

  @Test
  void overlayHoldsOverTheFileAndNamesItsOrigin() {
    YamlDocument document =
        StrictYaml.document("f.yaml", "server:\n  port: 1\n")
            .with("server.timeout", "3s", Origin.of("SLUICE_SERVER_TIMEOUT"))
            .with("server.port", "2", Origin.of("--port"))
            .with("targets", "[{url: a}]", Origin.of("--targets"))
            .with("properties.security.protocol", "SSL", Origin.of("-P"))
            .with("name", "a: b #c", Origin.of("--name"));

    Config config = document.bind(Config.class, DEFAULTS);

    assertThat(config.server()).isEqualTo(new Server(2, DataSize.ofMiB(8), Duration.ofSeconds(3)));
    assertThat(config.targets()).containsExactly(new Target("a", null));
    assertThat(config.properties()).containsEntry("security.protocol", "SSL");
    assertThat(config.name()).isEqualTo("a: b #c");
    assertThat(document.originOf("server.port")).hasToString("--port");
    assertThat(document.originOf("server.maxBodySize")).isEqualTo(Origin.DEFAULT);
    assertThat(document.originOf("count")).isEqualTo(Origin.DEFAULT);
    assertThat(document.originOf("properties.security.protocol")).hasToString("-P");
  }

  @Test
  void problemOfAnOverlayNamesIt() {
    YamlDocument document = YamlDocument.empty("f.yaml");

    assertThat(
            message(
                () ->
                    document
                        .with("server.prt", "1", Origin.of("SLUICE_SERVER_PRT"))
                        .bind(Config.class, DEFAULTS)))
        .isEqualTo("SLUICE_SERVER_PRT: server.prt: unknown key; did you mean \"port\"?");
    assertThat(
            message(
                () ->
                    document
                        .with("targets", "[a", Origin.of("--targets"))
                        .bind(Config.class, DEFAULTS)))
        .startsWith("--targets");
  }

  @Test
  void originIsTheLineOfTheValue() {
    YamlDocument document =
        StrictYaml.document(
            "f.yaml",
            "server:\n  port: 1\ntargets:\n  - url: a\n  -\n    url: b\nproperties:\n  a.b: c\n");

    assertThat(document.originOf("server.port")).isEqualTo(new Origin("f.yaml", 2));
    assertThat(document.originOf("server")).isEqualTo(new Origin("f.yaml", 1));
    assertThat(document.originOf("targets[1].url")).isEqualTo(new Origin("f.yaml", 6));
    assertThat(document.originOf("targets[7].url")).isEqualTo(new Origin("f.yaml", 3));
    assertThat(document.originOf("properties.a.b")).isEqualTo(new Origin("f.yaml", 8));
    assertThat(document.problem("server.absent", "is absent"))
        .hasToString("f.yaml:1: server.absent: is absent");
  }

  @Test
  void settingsOfARecordAreTextThatReadsBack() {
    List<Setting> settings = Setting.of(DEFAULTS);

    assertThat(settings)
        .extracting(Setting::path)
        .containsExactly(
            "name",
            "enabled",
            "count",
            "ratio",
            "mode",
            "server.port",
            "server.maxBodySize",
            "server.timeout",
            "targets",
            "properties");
    assertThat(settings)
        .contains(
            new Setting("server.port", "a whole number", "4317", "TCP port; 0 takes any free one."))
        .contains(new Setting("mode", "one of fail-open, fail-closed", "fail-closed", ""));
    assertThat(readBack(DEFAULTS)).isEqualTo(DEFAULTS);
  }

  @Test
  void listsAndMapsReadBackWhateverTheyHold() {
    Config awkward =
        new Config(
            "a: b # c",
            false,
            -1,
            1e300,
            Mode.FAIL_OPEN,
            DEFAULTS.server(),
            List.of(
                new Target("http://a:1/b?c=[d],e", Duration.ofSeconds(90)),
                new Target("say \"no\" to \\ and\n{x}", null),
                new Target("null", null)),
            Map.of("a b", "x: y", "c.d", "~", "e", "end:"));

    assertThat(readBack(awkward)).isEqualTo(awkward);
  }

  private static Config readBack(Config config) {
    YamlDocument written = YamlDocument.empty("w.yaml");
    for (Setting setting : Setting.of(config)) {
      written = written.with(setting.path(), setting.value(), Origin.of("w"));
    }
    return written.bind(Config.class);
  }

  private static Config bind(String content) {
    return StrictYaml.document("f.yaml", content).bind(Config.class, DEFAULTS);
  }

  private static String problems(String content) {
    return message(() -> bind(content));
  }

  private static String message(Executable reading) {
    ConfigurationException e = catchThrowableOfType(ConfigurationException.class, reading::execute);
    assertThat(e).as("problems").isNotNull();
    return String.valueOf(e.getMessage());
  }
}
