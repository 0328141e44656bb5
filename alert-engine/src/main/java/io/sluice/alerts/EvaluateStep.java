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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
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

  /** The longest window that can be configured. */
  private static final Duration MAX_LENGTH = Duration.ofHours(1);

  /**
   * Clocks of two machines may differ by hours. What is beyond would end all looks back for long.
   */
  private static final Duration MAX_AHEAD = Duration.ofDays(1);

  private final AlertsConfig config;
  private final Definitions definitions;
  private @Nullable Long triedVersion;

  /** End of the newest window, for the purge. */
  private long newestEndNanos;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private AlertEngine engine;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> windows;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> transitions;

  EvaluateStep(AlertsConfig config, Definitions definitions) {
    this.config = config;
    this.definitions = definitions;
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    windows = context.store(AlertsTopology.WINDOWS);
    transitions = context.store(AlertsTopology.TRANSITIONS);
    // A task that is revived after a failed transaction begins here again, with the same object.
    engine = new AlertEngine(config, context.clock().instant());
    triedVersion = null;
    newestEndNanos = 0;
    try (KeyValueIterator<byte[], byte[]> all = transitions.all()) {
      all.forEachRemaining(entry -> engine.restore(ALERTS.decode(entry.value)));
    }
    define();
    context.every(config.evaluationInterval(), this::evaluate);
    context.every(PURGE_INTERVAL, this::purge);
  }

  @Override
  public void process(InputRecord input) {
    SliWindow window = WINDOWS.decode(input.value());
    check(window);
    define();
    byte[] key = windowKey(window);
    byte[] before = windows.get(key);
    if (before != null && WINDOWS.decode(before).getRevision() >= window.getRevision()) {
      return;
    }
    windows.put(key, input.value());
    put(window);
    send(engine.evaluate(window.getSloId(), context.clock().instant()));
  }

  private void check(SliWindow window) {
    if (window.getGood() < 0 || window.getTotal() < window.getGood()) {
      throw new InvalidInputException(Reason.INVALID, "an SLI window with impossible counts");
    }
    long length = window.getLengthNanos();
    if (length <= 0 || length > MAX_LENGTH.toNanos() || window.getStartTimeUnixNano() < 0) {
      throw new InvalidInputException(Reason.INVALID, "an SLI window with an impossible time");
    }
    long latestMillis = context.clock().instant().plus(MAX_AHEAD).toEpochMilli();
    if (window.getStartTimeUnixNano() / 1_000_000 > latestMillis - length / 1_000_000) {
      throw new InvalidInputException(Reason.INVALID, "an SLI window from the far future");
    }
  }

  private void put(SliWindow window) {
    newestEndNanos =
        Math.max(newestEndNanos, window.getStartTimeUnixNano() + window.getLengthNanos());
    engine.put(window);
  }

  private void evaluate() {
    define();
    send(engine.evaluate(context.clock().instant()));
  }

  private void send(List<Alert> decided) {
    for (Alert transition : decided) {
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
    if (triedVersion != null && set.getVersion() == triedVersion) {
      return;
    }
    triedVersion = set.getVersion();
    try {
      if (engine.define(Slos.of(set))) {
        try (KeyValueIterator<byte[], byte[]> all = windows.all()) {
          all.forEachRemaining(entry -> put(WINDOWS.decode(entry.value)));
        }
      }
    } catch (ConfigurationException e) {
      log.error(
          "SLOs version {} are not usable, the old ones stay: {}",
          set.getVersion(),
          e.getMessage());
    }
  }

  /**
   * Windows that no alert looks back to. Keys begin with the time, so the old ones come first. Old
   * is what both the clock and the newest window say: either may be wrong.
   */
  private void purge() {
    if (!engine.isDefined()) {
      return;
    }
    Duration keep = engine.longestWindow().plus(config.windowDelay()).multipliedBy(2);
    long knownMillis = Math.min(context.clock().millis(), newestEndNanos / 1_000_000);
    long cutoffMillis = Instant.ofEpochMilli(knownMillis).minus(keep).toEpochMilli();
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
