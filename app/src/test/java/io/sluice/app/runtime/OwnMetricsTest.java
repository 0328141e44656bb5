package io.sluice.app.runtime;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnMetricsTest {

  @TempDir private Path directory;

  /** Prometheus is told to take all sinks for one, for the sake of the series that they share. */
  @Test
  void noTwoSinksHaveTheSameOwnSeries() {
    Set<String> one = ownSeries("one");
    assertThat(one).anyMatch(series -> series.startsWith("jvm_memory_used_bytes{"));
    assertThat(one).anyMatch(series -> series.startsWith("sluice_component_ready{"));
    assertThat(one).doesNotContainAnyElementsOf(ownSeries("two"));
    assertThat(ownSeries("one"))
        .as("after a restart")
        .anyMatch(series -> series.startsWith("sluice_component_ready{") && one.contains(series));
  }

  private Set<String> ownSeries(String name) {
    Processors processors = Processors.load();
    LoadedConfig loaded =
        LoadedConfig.load(null, Map.of(), Map.of("prometheusSink.port", "0"), processors);
    KafkaConnection nowhere = new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace(""));
    try (DataDirectory data = DataDirectory.open(directory.resolve(name));
        SluiceProcess process =
            SluiceProcess.start(
                loaded, processors, Set.of("prometheus-sink"), nowhere, data, Map.of())) {
      return process
          .meters()
          .scrape()
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.substring(0, line.lastIndexOf(' ')))
          .collect(toSet());
    }
  }
}
