package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that works on a Kafka cluster. */
final class ClusterOptions extends ConfigOptions {

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster; short for --set kafka.bootstrapServers=….")
  private @Nullable String bootstrapServers;

  private @Nullable String loadedServers;

  @Override
  LoadedConfig load(Processors processors) {
    LoadedConfig loaded = super.load(processors);
    loadedServers = loaded.config().kafka().bootstrapServers();
    return loaded;
  }

  /** Where the configuration says that brokers are, once it is loaded. */
  Optional<String> loadedServers() {
    return Optional.ofNullable(loadedServers);
  }

  @Override
  void addFlags(Map<String, String> flags) {
    if (bootstrapServers != null) {
      flags.put("kafka.bootstrapServers", bootstrapServers);
    }
  }
}
