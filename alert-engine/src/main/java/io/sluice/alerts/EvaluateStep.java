package io.sluice.alerts;

import io.sluice.processor.Definitions;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.settings.ConfigurationException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps windows and transitions in stores and lets the {@link AlertEngine} decide. A transition is
 * stored and sent in one transaction, so that it is raised once whatever process dies.
 */
final class EvaluateStep implements Step {

  private static final Logger log = LoggerFactory.getLogger(EvaluateStep.class);
  private static final AvroSerde<SliWindow> WINDOWS = AvroSerde.of(SliWindow.getClassSchema());
  private static final AvroSerde<Alert> ALERTS = AvroSerde.of(Alert.getClassSchema());
  private static final Duration PURGE_INTERVAL = Duration.ofMinutes(1);

  private final AlertsConfig config;
  private final Definitions definitions;
  private final AlertEngine engine;
  private long triedVersion = -1;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> windows;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> transitions;

  EvaluateStep(AlertsConfig config, Definitions definitions) {
    this.config = config;
    this.definitions = definitions;
    this.engine = new AlertEngine(config);
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    windows = context.store(AlertsTopology.WINDOWS);
    transitions = context.store(AlertsTopology.TRANSITIONS);
    define();
    try (KeyValueIterator<byte[], byte[]> all = windows.all()) {
      all.forEachRemaining(entry -> engine.put(WINDOWS.decode(entry.value)));
    }
    try (KeyValueIterator<byte[], byte[]> all = transitions.all()) {
      all.forEachRemaining(entry -> engine.restore(ALERTS.decode(entry.value)));
    }
    context.every(config.evaluationInterval(), this::evaluate);
    context.every(PURGE_INTERVAL, this::purge);
  }

  @Override
  public void process(InputRecord input) {
    SliWindow window = WINDOWS.decode(input.value());
    if (window.getGood() < 0
        || window.getTotal() < window.getGood()
        || window.getLengthNanos() <= 0) {
      throw new InvalidInputException(Reason.INVALID, "an SLI window with impossible counts");
    }
    define();
    if (engine.put(window)) {
      windows.put(windowKey(window), input.value());
    }
  }

  private void evaluate() {
    define();
    for (Alert transition : engine.evaluate(context.clock().instant())) {
      byte[] key = transition.getFingerprint().getBytes(StandardCharsets.UTF_8);
      byte[] value = ALERTS.encode(transition);
      transitions.put(key, value);
      context.send(Topics.ALERTS, key, value);
      log.info(
          "{} {} is {} (transition {})",
          transition.getLabels().get("alertname"),
          transition.getLabels().get("slo"),
          transition.getState(),
          transition.getTransition());
    }
  }

  private void define() {
    DefinitionSet set = definitions.current(DefinitionKinds.SLOS);
    if (set.getVersion() == triedVersion) {
      return;
    }
    triedVersion = set.getVersion();
    try {
      engine.define(Slos.of(set));
    } catch (ConfigurationException e) {
      log.error(
          "SLOs version {} are not usable, the old ones stay: {}",
          set.getVersion(),
          e.getMessage());
    }
  }

  /** Windows that no alert looks back to. Keys begin with the time, so the old ones come first. */
  private void purge() {
    Duration keep = engine.longestWindow().plus(config.windowDelay()).multipliedBy(2);
    long cutoffMillis = context.clock().instant().minus(keep).toEpochMilli();
    byte[] cutoff =
        ByteBuffer.allocate(Long.BYTES).putLong(Math.max(0, cutoffMillis) * 1_000_000).array();
    List<byte[]> old = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> before = windows.range(new byte[Long.BYTES], cutoff)) {
      before.forEachRemaining(entry -> old.add(entry.key));
    }
    old.forEach(windows::delete);
  }

  private static byte[] windowKey(SliWindow window) {
    byte[] slo = window.getSloId().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + slo.length)
        .putLong(window.getStartTimeUnixNano())
        .put(slo)
        .array();
  }
}
