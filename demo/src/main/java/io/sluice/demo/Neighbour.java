package io.sluice.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A service of the shop in a process of its own, which sends telemetry in its own way. It says
 * {@code listening on PORT} when it serves, and ends when its standard input does: so it ends with
 * this process, whatever becomes of that.
 */
public final class Neighbour implements AutoCloseable {

  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final long CLOSE_MILLIS = 5_000;
  private static final String LISTENING = "listening on ";

  private final String name;
  private final Process process;
  private final URI uri;

  private Neighbour(String name, Process process, URI uri) {
    this.name = name;
    this.process = process;
    this.uri = uri;
  }

  /** Why a service could not be started, as a sentence for whoever asked for it. */
  public static final class NotStartedException extends Exception {
    NotStartedException(String message) {
      super(message);
    }

    NotStartedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Starts it and waits until it serves.
   *
   * @param errors where its standard error goes
   */
  static Neighbour start(
      String name, List<String> command, Map<String, String> environment, Path home, Path errors)
      throws NotStartedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().putAll(environment);
    builder.redirectError(errors.toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new NotStartedException(
          name + " is not started: cannot run " + command.get(0) + " (" + e.getMessage() + ")", e);
    }
    CompletableFuture<Integer> port = CompletableFuture.supplyAsync(() -> port(process));
    try {
      int listening = port.get(START_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return new Neighbour(name, process, URI.create("http://127.0.0.1:" + listening));
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new NotStartedException(
          name + " is not started: it did not begin to serve; what it said is in " + errors, e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new NotStartedException(name + " is not started: the shop closes", e);
    }
  }

  /** Its {@code service.name}, and the path that it serves. */
  public String name() {
    return name;
  }

  URI uri() {
    return uri;
  }

  /** Lets it send its last telemetry and end; after five seconds it is ended. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException alreadyGone) {
      process.destroyForcibly();
    } catch (InterruptedException hurry) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Reads on after the port, so that the process is never held up by a full pipe. */
  private static int port(Process process) {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(LISTENING)) {
          Thread rest = new Thread(() -> drain(lines), "shop-neighbour-output");
          rest.setDaemon(true);
          rest.start();
          return Integer.parseInt(line.substring(LISTENING.length()).strip());
        }
      }
    } catch (IOException | NumberFormatException e) {
      throw new IllegalStateException("its output cannot be read", e);
    }
    throw new IllegalStateException("it ended");
  }

  private static void drain(BufferedReader lines) {
    try {
      @Nullable String line;
      do {
        line = lines.readLine();
      } while (line != null);
    } catch (IOException gone) {
      // The process ended, and with it what it says.
    }
  }
}
