package io.sluice.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs that are installed on the machine; see {@link NeedsProgram}. */
public final class Programs {

  private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

  private Programs() {}

  /**
   * Where the program is.
   *
   * @throws IllegalStateException when it is not installed
   */
  public static Path path(String name) {
    return find(name).orElseThrow(() -> new IllegalStateException(name + " is not in PATH"));
  }

  /** Where the program is, if it is installed. */
  public static Optional<Path> find(String name) {
    return find(name, System.getenv());
  }

  /** A port for one of them, free when this was asked. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Optional<Path> find(String name, Map<String, String> environment) {
    String path = environment.getOrDefault("PATH", "");
    Stream<String> directories = SEPARATOR.splitAsStream(path).filter(entry -> !entry.isEmpty());
    return directories
        .map(directory -> Path.of(directory, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }
}
