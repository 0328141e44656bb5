package io.sluice.app.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command {@code sluice sanitize} as a process of its own, with a small heap. */
final class SanitizeProcess {

  /**
   * How it ended.
   *
   * @param status its exit status
   */
  record Ended(int status, String output, String errors) {}

  private SanitizeProcess() {}

  static ProcessBuilder with(Path errors, List<String> options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.sluice.app.Main",
                "sanitize"));
    command.addAll(options);
    return new ProcessBuilder(command).redirectError(errors.toFile());
  }

  static Ended run(String input, List<String> options) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("errors", ".txt");
    try {
      Process process = with(errors, options).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading, as it does when its options are wrong: its status says so.
      }
      byte[] output = process.getInputStream().readAllBytes();
      int status = process.waitFor();
      return new Ended(
          status, new String(output, StandardCharsets.UTF_8), Files.readString(errors));
    } finally {
      Files.delete(errors);
    }
  }
}
