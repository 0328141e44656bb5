package io.sluice.app.command;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that works on a Kafka cluster. */
final class ClusterOptions extends ConfigOptions {

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster; short for --set kafka.bootstrapServers=….")
  private @Nullable String bootstrapServers;

  @Override
  void addFlags(Map<String, String> flags) {
    if (bootstrapServers != null) {
      flags.put("kafka.bootstrapServers", bootstrapServers);
    }
  }
}
