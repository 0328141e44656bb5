package io.sluice.app.runtime;

import com.linecorp.armeria.server.HttpService;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.alerts.notify.Notifier;
import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.app.config.SluiceConfig;
import io.sluice.app.plugins.PluginStage;
import io.sluice.console.Console;
import io.sluice.ingest.IngestServer;
import io.sluice.processor.StreamProcessor;
import io.sluice.processor.runtime.DefinitionsReader;
import io.sluice.processor.runtime.StageRunner;
import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.Ticks;
import io.sluice.sinks.prometheus.PrometheusSink;
import io.sluice.sinks.prometheus.RemoteWriteSink;
import io.sluice.sinks.search.LuceneStore;
import io.sluice.sinks.search.OpenSearchStore;
import io.sluice.sinks.search.SearchSink;
import io.sluice.sinks.search.SearchSinkConfig;
import io.sluice.sinks.search.SearchStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The components of one process, started in the order of the flow from its end (so that what comes
 * in finds everything ready) and stopped from its beginning (so that what was accepted comes out).
 * The console, which only looks on, is started last and stops beside ingest.
 */
public final class SluiceProcess implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SluiceProcess.class);

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final OwnTraces ownTraces;
  private final List<Component> components = new ArrayList<>();
  private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
  private @Nullable SearchStore store;
  private @Nullable IngestServer ingest;
  private @Nullable PrometheusSink prometheusSink;
  private @Nullable Console console;

  private SluiceProcess(SluiceConfig config, Set<String> roles, DataDirectory data) {
    if (roles.contains(Role.PROMETHEUS_SINK)) {
      // Who scrapes several sinks leaves their addresses out, or a series that moves would be two.
      meters.config().commonTags("instance", data.instanceId());
    }
    ownTraces = new OwnTraces(config.telemetry(), roles.contains(Role.INGEST), Ticks::millis);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    gcMetrics.bindTo(meters);
  }

  /**
   * Starts the roles. A broker that is away is waited for in the background.
   *
   * @param extraServices what the console serves besides its own, by path prefix
   * @throws RuntimeException when a role cannot work as configured; those already started are
   *     stopped
   */
  public static SluiceProcess start(
      LoadedConfig loaded,
      Processors processors,
      Set<String> roles,
      KafkaConnection connection,
      DataDirectory data,
      Map<String, HttpService> extraServices) {
    SluiceProcess process = new SluiceProcess(loaded.config(), roles, data);
    try {
      process.wire(loaded, processors, roles, connection, data, extraServices);
      process.components.forEach(process::showWhetherReady);
      process.components.forEach(
          component -> {
            component.start();
            log.info("started {}", component.name());
          });
      if (loaded.config().ingest().isOpen()) { // else only telemetry.otlpEndpoint can be reached
        process.ingest().ifPresent(server -> process.ownTraces.sendTo(server.grpcPort()));
      }
      return process;
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** One series for every part: a stage that restores its state, a sink that lost its backend. */
  private void showWhetherReady(Component component) {
    Gauge.builder("sluice.component.ready", component, each -> each.health().ready() ? 1 : 0)
        .tag("component", component.name())
        .tag("needed", Boolean.toString(component.health().needed()))
        .register(meters);
  }

  private void wire(
      LoadedConfig loaded,
      Processors processors,
      Set<String> roles,
      KafkaConnection connection,
      DataDirectory data,
      Map<String, HttpService> extraServices) {
    SluiceConfig config = loaded.config();
    Clock clock = Clock.systemUTC();
    boolean indexes = roles.contains(Role.SEARCH_SINK);
    if (indexes || (roles.contains(Role.CONSOLE) && isShared(config.searchSink()))) {
      SearchStore opened = store(config.searchSink(), connection, data);
      store = opened;
      if (indexes) {
        components.add(new SearchSink(config.searchSink(), connection, opened, meters, clock));
      }
    }
    if (roles.contains(Role.PROMETHEUS_SINK)) {
      prometheusSink =
          new PrometheusSink(config.prometheusSink(), connection, meters, clock, data.instanceId());
      components.add(prometheusSink);
      if (config.remoteWrite().isOn()) {
        components.add(
            new RemoteWriteSink(
                config.remoteWrite(),
                config.prometheusSink(),
                connection,
                meters,
                clock,
                data.instanceId()));
      }
    }
    if (roles.contains(Role.NOTIFIER)) {
      components.add(new Notifier(config.notifier(), connection, meters, clock, data.instanceId()));
    }
    DefinitionsReader definitions =
        new DefinitionsReader(connection, processors::shippedDefinitions);
    StageRunner.Environment environment =
        new StageRunner.Environment(
            connection,
            config.streams(),
            data.directory("streams"),
            definitions,
            meters,
            ownTraces.openTelemetry());
    List<StreamProcessor<?>> chosen =
        processors.all().stream().filter(processor -> roles.contains(processor.name())).toList();
    if (!chosen.isEmpty()) {
      components.add(definitions);
      for (StreamProcessor<?> processor : chosen) {
        Component stage = runner(processor, loaded.processor(processor.name()), environment);
        components.add(processors.isOfPlugin(stage.name()) ? new PluginStage(stage) : stage);
      }
    }
    processors.refused().forEach(plugin -> components.add(PluginStage.refused(plugin)));
    if (roles.contains(Role.INGEST)) {
      ingest = new IngestServer(config.ingest(), connection, meters, ownTraces.openTelemetry());
      components.add(ingest);
    }
    if (roles.contains(Role.CONSOLE)) {
      console =
          new Console(
              config.console(), connection, store, meters, clock, this::health, extraServices);
      components.add(console);
    }
  }

  /** Whether a console can read what the sink of another process writes. */
  private static boolean isShared(SearchSinkConfig config) {
    return config.store() == SearchSinkConfig.Store.OPENSEARCH;
  }

  private SearchStore store(
      SearchSinkConfig config, KafkaConnection connection, DataDirectory data) {
    return switch (config.store()) {
      case LUCENE -> LuceneStore.open(data.directory("search"), config, meters);
      case OPENSEARCH ->
          OpenSearchStore.open(
              config.openSearch(), config.retention(), connection.namespace(), meters);
    };
  }

  private static <C extends Record> StageRunner<C> runner(
      StreamProcessor<C> processor, Record config, StageRunner.Environment environment) {
    @SuppressWarnings("unchecked") // bound to the class of the processor's own defaults
    C own = (C) config;
    return new StageRunner<>(processor, own, environment);
  }

  /** Every component's state, in the order of their start. */
  public Map<String, Health> health() {
    Map<String, Health> states = new LinkedHashMap<>();
    components.forEach(component -> states.put(component.name(), component.health()));
    return states;
  }

  /** Whether every component works now that is needed. */
  public boolean isReady() {
    return components.stream()
        .map(Component::health)
        .allMatch(health -> health.ready() || !health.needed());
  }

  public PrometheusMeterRegistry meters() {
    return meters;
  }

  public Optional<IngestServer> ingest() {
    return Optional.ofNullable(ingest);
  }

  public Optional<PrometheusSink> prometheusSink() {
    return Optional.ofNullable(prometheusSink);
  }

  public Optional<Console> console() {
    return Optional.ofNullable(console);
  }

  public Optional<SearchStore> store() {
    return Optional.ofNullable(store);
  }

  /** Stops from the beginning of the flow. What one fails to do does not keep the next from it. */
  @Override
  public void close() {
    ownTraces.close();
    List<Component> reversed = new ArrayList<>(components);
    Collections.reverse(reversed);
    stopInParallel(reversed);
    SearchStore opened = store;
    if (opened != null) {
      opened.close();
    }
    gcMetrics.close();
    meters.close();
  }

  /** First ingest; then the rest side by side, since each continues from its own commit. */
  private static void stopInParallel(List<Component> reversed) {
    List<Thread> stopping = new ArrayList<>();
    for (Component component : reversed) {
      Thread thread = new Thread(() -> stop(component), "stop-" + component.name());
      thread.start();
      if (component instanceof IngestServer) {
        join(thread);
      }
      stopping.add(thread);
    }
    stopping.forEach(SluiceProcess::join);
  }

  private static void stop(Component component) {
    try {
      component.close();
      log.info("stopped {}", component.name());
    } catch (RuntimeException e) {
      log.error("{} did not stop cleanly", component.name(), e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
