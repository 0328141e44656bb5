package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.command.SanitizeProcess.Ended;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process between two pipes. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SanitizeCommandTest {

  @TempDir private Path directory;

  @Test
  void saysByItsStatusWhetherSomethingWasFound() throws Exception {
    assertThat(run("clean\n", "--fail-on-finding").status()).isZero();
    Ended found = run("password=hunter2\n", "--fail-on-finding");
    assertThat(found.status()).isEqualTo(3);
    assertThat(found.output()).isEqualTo("password=[redacted]\n");
    assertThat(found.errors()).isEmpty();
    assertThat(run("password=hunter2\n").status()).isZero();
  }

  @Test
  void readsOtlpJsonAndFailsInTheEndWhenALineIsNone() throws Exception {
    Ended ended =
        run(
            "nonsense\n{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"token=abc\"}]}]}]}\n",
            "--format",
            "otlp-json",
            "--report",
            "--fail-on-finding");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.output()).contains("token=[redacted]").doesNotContain("nonsense");
    assertThat(ended.errors().lines())
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("\"line\":1,\"problem\":\"not valid JSON"))
        .anySatisfy(line -> assertThat(line).contains("\"line\":2,\"field\":\"span.name\""));
  }

  @Test
  void passesALineOnBeforeTheNextComes() throws Exception {
    Process process = start();
    try (OutputStream in = process.getOutputStream();
        BufferedReader out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      in.write("password=hunter2\nhalf of ".getBytes(StandardCharsets.UTF_8));
      in.flush();
      assertThat(out.readLine()).isEqualTo("password=[redacted]");
      in.write("a line\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      assertThat(out.readLine()).isEqualTo("half of a line");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void endsQuietlyWhenNobodyReadsItsOutputAnyMore() throws Exception {
    Process process = start();
    process.getInputStream().close();
    try (OutputStream in = process.getOutputStream()) {
      byte[] lines = "a line of a log\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
      while (process.isAlive()) {
        in.write(lines);
        in.flush();
      }
    } catch (IOException e) {
      // The process has ended.
    }
    assertThat(process.waitFor()).isZero();
    assertThat(Files.readString(errors())).isEmpty();
  }

  @Test
  void takesNoMoreMemoryForALineWithoutEnd() throws Exception {
    Process process = start();
    Thread writer =
        new Thread(
            () -> {
              try (OutputStream in = process.getOutputStream()) {
                byte[] part = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < 200; i++) {
                  in.write(part);
                }
              } catch (IOException e) {
                // What is missing shows in the output.
              }
            });
    writer.start();
    byte[] output = process.getInputStream().readAllBytes();
    writer.join();
    assertThat(process.waitFor()).isZero();
    assertThat(output).hasSizeLessThan(1 << 20);
    assertThat(Files.readString(errors())).contains("line 1: longer than 1 MiB");
  }

  @Test
  void saysInASentenceWhatIsWrong() throws Exception {
    Ended noFile = run("", "--rules", directory.resolve("none.yaml").toString());
    assertThat(noFile.status()).isEqualTo(1);
    assertThat(noFile.errors()).contains("none.yaml", "there is no such file");
    assertThat(noFile.errors().lines()).hasSize(1);

    Path rules = directory.resolve("rules.yaml");
    Files.writeString(rules, "kind: redaction-rules\nfamly: x\nrules: []\n");
    Ended badRules = run("password=hunter2\n", "--rules", rules.toString());
    assertThat(badRules.status()).isEqualTo(1);
    assertThat(badRules.output()).as("nothing passes").isEmpty();
    assertThat(badRules.errors()).contains("rules.yaml:2: famly");

    Ended badFormat = run("", "--format", "xml");
    assertThat(badFormat.status()).isEqualTo(2);
    assertThat(badFormat.errors()).contains("otlp-json");
  }

  private static Ended run(String input, String... options) throws Exception {
    return SanitizeProcess.run(input, List.of(options));
  }

  private Process start() throws IOException {
    return SanitizeProcess.with(errors(), List.of()).start();
  }

  private Path errors() {
    return directory.resolve("errors");
  }
}
