package io.sluice.app.plugins;

import io.sluice.processor.StreamProcessor;
import io.sluice.processor.runtime.LoadedProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The plugins of a directory: each jar in it is one, and each directory in it, with all jars that
 * it holds. One that cannot be taken is refused with the reason, and the others are taken.
 *
 * @param processors of the plugins that were taken
 * @param refused those that were not
 */
public record Plugins(List<StreamProcessor<?>> processors, List<RefusedPlugin> refused) {

  /** For constructors and what they ask; nothing of it may wait for others. */
  private static final Duration LONGEST_LOAD = Duration.ofSeconds(10);

  public static Plugins none() {
    return new Plugins(List.of(), List.of());
  }

  /**
   * Loads them, in the order of their names.
   *
   * @param builtIn the processors that are there already
   */
  public static Plugins load(Path directory, List<StreamProcessor<?>> builtIn) {
    return load(directory, builtIn, LONGEST_LOAD);
  }

  static Plugins load(Path directory, List<StreamProcessor<?>> builtIn, Duration longestLoad) {
    PluginRules rules = new PluginRules(builtIn);
    List<StreamProcessor<?>> processors = new ArrayList<>();
    List<RefusedPlugin> refused = new ArrayList<>();
    for (Path plugin : list(directory)) {
      String name = Objects.toString(plugin.getFileName());
      try {
        List<Path> jars = Files.isDirectory(plugin) ? jarsOf(plugin) : List.of(plugin);
        if (jars.isEmpty()) {
          continue;
        }
        processors.addAll(inTime(new PluginLoader(name, jars), rules, longestLoad));
      } catch (PluginException e) {
        refused.add(new RefusedPlugin(name, Objects.toString(e.getMessage())));
      }
    }
    return new Plugins(List.copyOf(processors), List.copyOf(refused));
  }

  /** On a thread of its own: a constructor that never returns costs its plugin and no other. */
  private static List<LoadedProcessor<?>> inTime(
      PluginLoader loader, PluginRules rules, Duration longestLoad) {
    FutureTask<List<LoadedProcessor<?>>> loading =
        new FutureTask<>(
            () -> {
              List<LoadedProcessor<?>> processors = loader.load();
              rules.check(processors);
              return processors;
            });
    Thread thread = new Thread(loading, "plugin-loader");
    thread.setDaemon(true);
    thread.start();
    try {
      List<LoadedProcessor<?>> processors =
          loading.get(longestLoad.toMillis(), TimeUnit.MILLISECONDS);
      rules.take(processors);
      return processors;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PluginException refusal
          ? refusal
          : new PluginException("it cannot be loaded: " + innermost(e));
    } catch (TimeoutException e) {
      throw new PluginException(
          "it did not load within " + longestLoad.toSeconds() + " s; constructors may not wait");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while loading plugins", e);
    }
  }

  private static Throwable innermost(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return innermost;
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> found = Files.list(directory)) {
      return found.filter(file -> Files.isDirectory(file) || isJar(file)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the plugins in " + directory, e);
    }
  }

  /** A directory that may not be read, such as a volume's lost+found, stops no other plugin. */
  private static List<Path> jarsOf(Path plugin) {
    try {
      return list(plugin).stream().filter(Plugins::isJar).toList();
    } catch (UncheckedIOException e) {
      throw new PluginException("its directory cannot be read: " + e.getCause());
    }
  }

  private static boolean isJar(Path file) {
    return Files.isRegularFile(file) && file.toString().endsWith(".jar");
  }
}
