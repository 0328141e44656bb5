package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users see when they get something wrong: one clear sentence, and exit status 1. */
class StartErrorsIT {

  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir private Path directory;

  @Test
  void namesTheNearestSettingForAnUnknownOne() throws Exception {
    Files.writeString(
        directory.resolve("sluice.yaml"), "ingest:\n  grpcPrt: 4317\nstreams:\n  threads: none\n");
    try (SluiceCommand sluice = SluiceCommand.run(directory, "up")) {
      assertThat(sluice.awaitExit(LONGEST)).isEqualTo(1);
      assertThat(sluice.output())
          .contains("sluice.yaml:2", "ingest.grpcPrt", "grpcPort")
          .contains("sluice.yaml:4", "streams.threads");
    }
  }

  @Test
  void refusesAnImpossibleValueOfAProcessor() throws Exception {
    try (SluiceCommand sluice =
        SluiceCommand.run(directory, "up", "--set", "processors.traces.maxSpans=0")) {
      assertThat(sluice.awaitExit(LONGEST)).isEqualTo(1);
      assertThat(sluice.output()).contains("processors.traces.maxSpans", "at least 1");
    }
  }

  @Test
  void refusesRulesThatTokenizeWithoutKeys() throws Exception {
    Files.writeString(
        directory.resolve("rules.yaml"),
        """
        kind: redaction-rules
        family: test
        rules:
          - id: test.cards
            description: Cards.
            detector: card
            action: tokenize
            examples: {positive: ["«4111111111111111»"], negative: ["4111111111111112"]}
        """);
    try (SluiceCommand sluice = SluiceCommand.run(directory, "apply", "-f", "rules.yaml")) {
      assertThat(sluice.awaitExit(LONGEST)).isEqualTo(1);
      assertThat(sluice.output())
          .contains("rules.yaml:7: rules[0].action: expected keys for tokenize")
          .contains("processors.sanitizer.tokenKeys");
    }
  }

  @Test
  void saysWhichRolesThereAre() throws Exception {
    try (SluiceCommand sluice = SluiceCommand.run(directory, "run", "sanitiser")) {
      assertThat(sluice.awaitExit(LONGEST)).isEqualTo(1);
      assertThat(sluice.output()).contains("sanitizer").contains("search-sink");
    }
  }

  @Test
  void checksTheOptionsOfTheDemoBeforeItStarts() throws Exception {
    for (String[] wrong :
        new String[][] {
          {"--fault", "payment-slwo", "did you mean \"payment-slow\"?"},
          {"--seconds", "0", "--seconds: expected at least 1"},
          {"--rps", "-1", "--rps: expected 0 to 500"},
        }) {
      try (SluiceCommand sluice = SluiceCommand.run(directory, "demo", wrong[0], wrong[1])) {
        assertThat(sluice.awaitExit(LONGEST)).isEqualTo(1);
        assertThat(sluice.output()).contains(wrong[2]).doesNotContain("starting");
      }
    }
  }

  @Test
  void saysWhyADataDirectoryCannotBeUsed() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    try (SluiceCommand sluice = SluiceCommand.run(directory, "up", "--data", file.toString())) {
      assertThat(sluice.awaitExit(LONGEST)).isEqualTo(1);
      assertThat(sluice.output()).contains("cannot use the data directory", "a file is in the way");
    }
  }

  @Test
  void printsWhereEachValueComesFrom() throws Exception {
    Files.writeString(directory.resolve("sluice.yaml"), "ingest:\n  httpPort: 5318\n");
    try (SluiceCommand sluice =
        SluiceCommand.run(directory, "up", "--print-config", "--set", "namespace=acme")) {
      assertThat(sluice.awaitExit(LONGEST)).isZero();
      assertThat(sluice.output())
          .contains("ingest.httpPort: 5318  # sluice.yaml:2")
          .contains("namespace: acme  # --set namespace")
          .contains("ingest.grpcPort: 4317  # default");
    }
  }

  @Test
  void saysWhichAddressIsUnknown() throws Exception {
    for (String server : new String[] {"ingest", "prometheusSink", "console", "telemetry"}) {
      try (SluiceCommand sluice =
          SluiceCommand.start(
              directory,
              "run",
              "ingest",
              "prometheus-sink",
              "console",
              "--set",
              server + ".bindAddress=no.such.host.invalid")) {
        assertThat(sluice.awaitExit(LONGEST)).isEqualTo(1);
        assertThat(sluice.output())
            .contains("sluice: " + server + ".bindAddress: no address is")
            .doesNotContain("stack_trace");
      }
    }
  }

  @Test
  void saysWhatToDoAboutADamagedIndex() throws Exception {
    Path index = Files.createDirectories(directory.resolve("data/search/0000000001"));
    Files.writeString(index.resolve("segments_1"), "this is no index");
    try (SluiceCommand sluice = SluiceCommand.start(directory, "run", "search-sink")) {
      assertThat(sluice.awaitExit(LONGEST)).isEqualTo(1);
      assertThat(sluice.output())
          .contains(
              "the part of the search index in " + index, "is damaged", "delete that directory");
    }
  }

  @Test
  void saysWhichPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SluiceCommand sluice =
            SluiceCommand.run(
                directory,
                "up",
                "--set",
                "kafka.embeddedPort=0",
                "--set",
                "ingest.grpcPort=0",
                "--set",
                "ingest.httpPort=0",
                "--set",
                "prometheusSink.port=0",
                "--set",
                "telemetry.port=0",
                "--set",
                "console.port=" + taken.getLocalPort())) {
      assertThat(sluice.awaitExit(LONGEST)).isEqualTo(1);
      assertThat(sluice.output())
          .contains("console", String.valueOf(taken.getLocalPort()), "taken");
    }
  }

  @Test
  void refusesASecondProcessOnTheSameData() throws Exception {
    try (SluiceCommand first = SluiceCommand.start(directory, "up")) {
      first.awaitOutput("starting the embedded Kafka broker");
      try (SluiceCommand second = SluiceCommand.start(directory, "up")) {
        assertThat(second.awaitExit(LONGEST)).isEqualTo(1);
        assertThat(second.output()).contains("another Sluice process uses the data directory");
      }
    }
  }
}
