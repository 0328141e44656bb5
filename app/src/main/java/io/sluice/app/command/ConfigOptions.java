package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that reads the configuration. */
class ConfigOptions {

  private static final Path DEFAULT_FILE = Path.of("sluice.yaml");
  private static final Path DEFAULT_PLUGINS = Path.of("plugins");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration; ./sluice.yaml when it is there and this is not given.")
  private @Nullable Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory for state, indexes and the embedded broker.")
  private @Nullable Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting over the file's, e.g. --set ingest.grpcPort=0.")
  private final Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description =
          "Processors of others: each jar in it, and each directory of jars; ./plugins when it is"
              + " there and this is not given.")
  private @Nullable Path plugins;

  @Option(
      names = "--print-config",
      description = "Print the effective configuration with where each value came from, and exit.")
  private boolean print;

  /**
   * The processors that there are, those of plugins too. Says on standard error which plugins are
   * refused.
   */
  Processors processors() {
    if (plugins == null && !Files.isDirectory(DEFAULT_PLUGINS)) {
      return Processors.load();
    }
    Path directory = plugins == null ? DEFAULT_PLUGINS : plugins;
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException("--plugins: there is no directory " + directory);
    }
    Processors processors = Processors.load(directory);
    processors
        .refused()
        .forEach(
            plugin ->
                System.err.println(
                    "sluice: plugin " + plugin.name() + " is refused: " + plugin.reason()));
    return processors;
  }

  LoadedConfig load() {
    return load(processors());
  }

  LoadedConfig load(Processors processors) {
    Map<String, String> flags = new LinkedHashMap<>(settings);
    if (data != null) {
      flags.put("data", data.toString());
    }
    addFlags(flags);
    Path chosen = file != null || !Files.exists(DEFAULT_FILE) ? file : DEFAULT_FILE;
    return LoadedConfig.load(chosen, System.getenv(), flags, processors);
  }

  /** Settings that have an option of their own. */
  void addFlags(Map<String, String> flags) {}

  /** Prints the configuration when the user asked for it. */
  boolean printed(LoadedConfig loaded) {
    if (print) {
      loaded.print().forEach(System.out::println);
    }
    return print;
  }

  /** The cluster that the configuration names. */
  static KafkaConnection connection(LoadedConfig loaded) {
    return new KafkaConnection(
        loaded.config().kafka().bootstrapServers(),
        loaded.config().kafka().properties(),
        namespace(loaded));
  }

  static Namespace namespace(LoadedConfig loaded) {
    return new Namespace(loaded.config().namespace());
  }
}
