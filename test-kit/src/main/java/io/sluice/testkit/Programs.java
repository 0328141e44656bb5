package io.sluice.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs that are installed on the machine; see {@link NeedsProgram}. */
public final class Programs {

  private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

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

  /**
   * A port for one of them, free when this was asked. It is none of those that the system gives to
   * whoever takes any: by the time that a program listens, somebody would have got it. No port is
   * given twice.
   */
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      if (GIVEN.add(port) && isFree(port)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket free = new ServerSocket(port)) {
      return free.isBound();
    } catch (BindException e) {
      return false;
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
