package io.sluice.alerts;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.Definitions;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.settings.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
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
  private static final Duration PUBLISH_INTERVAL = Duration.ofSeconds(10);

  /** Older events are no news: a rate over the counters would show them as of now. */
  private static final Duration COUNTED = Duration.ofHours(1);

  /** Of groups that are over. */
  private static final Duration ALERTS_KEPT = Duration.ofDays(30);

  /** The longest window that can be configured. */
  private static final Duration MAX_LENGTH = Duration.ofHours(1);

  /**
   * Clocks of two machines may differ by hours. What is beyond would end all looks back for long.
   */
  private static final Duration MAX_AHEAD = Duration.ofDays(1);

  private final AlertsConfig config;
  private final Definitions definitions;
  private final LongSupplier nanoTime;
  private final Counter tooLate;
  private final EngineTime time = new EngineTime();
  private @Nullable DefinitionSet tried;

  /** SLOs that changed since their budget was sent. */
  private final Set<String> changed = new LinkedHashSet<>();

  /** SLOs whose input was late when their series were last sent. */
  private final Set<String> late = new HashSet<>();

  /** Whether SLOs may be gone of which something was told. */
  private boolean takeBack;

  /** End of the newest window of all. */
  private long newestEndNanos;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private AlertEngine engine;

  @SuppressWarnings("NullAway.Init")
  private SloStores stores;

  @SuppressWarnings("NullAway.Init")
  private Generations generations;

  @SuppressWarnings("NullAway.Init")
  private SloReports reports;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> transitions;

  EvaluateStep(AlertsConfig config, Stage stage) {
    this.config = config;
    this.definitions = stage.definitions();
    this.nanoTime = stage.nanoTime();
    this.tooLate = stage.meters().counter("sluice.alerts.corrections.too.late");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    time.begin(wallNanos(), nanoTime.getAsLong());
    generations = new Generations(context);
    stores = new SloStores(context, generations);
    reports = new SloReports(context);
    takeBack = true;
    transitions = context.store(AlertsTopology.TRANSITIONS);
    // A task that is revived after a failed transaction begins here again, with the same object.
    engine = new AlertEngine(config);
    tried = null;
    newestEndNanos = stores.newestEndNanos();
    changed.clear();
    late.clear();
    try (KeyValueIterator<byte[], byte[]> all = transitions.all()) {
      all.forEachRemaining(entry -> engine.restore(ALERTS.decode(entry.value)));
    }
    define();
    context.every(config.evaluationInterval(), this::evaluate);
    context.every(PUBLISH_INTERVAL, this::publish);
    context.every(PURGE_INTERVAL, this::purge);
  }

  @Override
  public void process(InputRecord input) {
    SliWindow window = WINDOWS.decode(input.value());
    check(window);
    define();
    Generations.State state = generations.of(window.getSloId());
    if (window.getGeneration() < state.generation()) {
      return; // of a definition that holds no more
    }
    if (window.getRevision() < 0 && window.getGeneration() > state.generation()) {
      return; // nothing of its definition is over: what was known before is kept until then
    }
    follow(window, state);
    if (window.getRevision() < 0) {
      engine.putOpen(window); // in no store: it still changes
      send(engine.evaluateOpen(window.getSloId(), now()));
      return;
    }
    SliWindow before = stores.before(window);
    if (before != null && before.getRevision() >= window.getRevision()) {
      if (engine.know(window)) {
        send(engine.evaluate(window.getSloId(), now()));
      }
      return;
    }
    if (!window.getComplete()) {
      return; // a share of a part of the events is not the window's
    }
    if (before == null
        && window.getStartTimeUnixNano() < keptSince(window.getSloId())
        && !state.isNext(window)) {
      tooLate.increment(); // it may be in the sums already, and is no longer known by itself
      return;
    }
    Counts difference = Counts.difference(before, window);
    List<Contributor> ofHour = stores.put(window, before);
    if (window.getBackfill() != Backfill.HISTORY
        && endNanos(window) >= nowNanos() - COUNTED.toNanos()) {
      stores.count(window.getSloId(), difference);
    }
    newestEndNanos = Math.max(newestEndNanos, endNanos(window));
    time.came(endNanos(window), wallNanos(), nanoTime.getAsLong());
    if (engine.begins(window)) {
      engine.put(window, difference);
      engine.putContributors(window.getSloId(), window.getStartTimeUnixNano(), ofHour);
    }
    changed.add(window.getSloId());
    send(engine.evaluate(window.getSloId(), now()));
  }

  /** Begins anew with a new definition, and goes on with the SLO's backfill. */
  private void follow(SliWindow window, Generations.State state) {
    if (window.getGeneration() > state.generation()) {
      engine.forget(window.getSloId());
    }
    Generations.State next = state.with(window);
    if (!next.equals(state)) {
      generations.put(window.getSloId(), next);
      engine.backfill(window.getSloId(), next.backfill());
    }
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

  private void evaluate() {
    define();
    endGroups();
    send(engine.evaluate(now()));
  }

  private void send(List<Alert> decided) {
    for (Alert kept : engine.takeHeld()) {
      byte[] key = kept.getFingerprint().getBytes(StandardCharsets.UTF_8);
      transitions.put(key, ALERTS.encode(kept));
    }
    for (Alert transition : decided) {
      byte[] key = transition.getFingerprint().getBytes(StandardCharsets.UTF_8);
      byte[] value = ALERTS.encode(transition);
      transitions.put(key, value);
      context.send(Topics.ALERTS, key, value);
      context.send(Topics.ALERT_HISTORY, key, value);
      reports.send(transition);
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
    DefinitionSet before = tried;
    tried = set;
    if (Objects.equals(set, before)) {
      return;
    }
    Slos slos;
    try {
      slos = Slos.of(set);
    } catch (ConfigurationException | IllegalArgumentException e) {
      log.error(
          "SLOs version {} are not usable, the old ones stay: {}",
          set.getVersion(),
          e.getMessage());
      return;
    }
    if (engine.define(slos)) {
      takeBack = true;
      restore();
      engine.known().forEach(slo -> changed.add(slo.id()));
    }
  }

  /** Takes back what was told of groups that are over. */
  private void endGroups() {
    List<String> over = engine.endGroups(knownNanos());
    over.forEach(stores::forgetCounted);
    over.forEach(late::remove);
    takeBack |= !over.isEmpty();
  }

  /** Only what is looked at: an SLO that is farther behind than may be is late until it is not. */
  private void restore() {
    generations.forEach((sloId, state) -> engine.backfill(sloId, state.backfill()));
    long known = knownNanos() - config.inputLateAfter().toNanos() - MAX_LENGTH.toNanos();
    stores.restore(
        engine,
        known - SliHistory.FINE.toNanos(),
        known - Math.max(SliHistory.FINE.toNanos(), engine.longestPeriod().toNanos()));
    endGroups(); // of which there were windows still
  }

  /** Tells how the SLOs stand that changed. */
  private void publish() {
    define();
    if (!engine.isDefined()) {
      return;
    }
    if (takeBack) {
      reports.keepOnly(engine.sloIds());
      takeBack = false;
    }
    for (Slo slo : engine.known()) {
      SliHistory history = engine.historyOf(slo);
      boolean isLate = InputRule.isLate(history, nowNanos(), config.inputLateAfter());
      boolean lateness = isLate ? late.add(slo.id()) : late.remove(slo.id());
      if (changed.remove(slo.id()) || lateness) {
        Counts counted = stores.counted(slo.id());
        reports.send(slo, history, SloSeries.of(slo, history, isLate, counted, nowNanos()));
      }
    }
    changed.clear(); // the rest is of SLOs that are gone
  }

  private void purge() {
    if (engine.isDefined()) {
      // Whatever the current SLOs ask for: a set may be in force for a moment only.
      Duration hoursKept = SliHistory.MAX_SPAN.plus(Duration.ofHours(1));
      long kept = knownNanos() - config.corrections().toNanos();
      stores.purge(this::keptSince, kept, knownNanos() - hoursKept.toNanos());
      for (String fingerprint : engine.forgetAlerts(nowNanos() - ALERTS_KEPT.toNanos())) {
        byte[] key = fingerprint.getBytes(StandardCharsets.UTF_8);
        transitions.delete(key);
        context.send(Topics.ALERTS, key, null);
      }
    }
  }

  /**
   * Since when windows of an SLO are kept one by one. After a stop the windows of one may come days
   * before those of another: each goes by its own newest.
   */
  private long keptSince(String sloId) {
    long known = Math.min(knownNanos(), engine.newestEndNanos(sloId).orElse(Long.MAX_VALUE));
    return known - config.corrections().toNanos();
  }

  /** Old is what both the clock and the newest window say: either may be wrong. */
  private long knownNanos() {
    return Math.min(nowNanos(), newestEndNanos);
  }

  private Instant now() {
    return Instant.EPOCH.plusNanos(nowNanos());
  }

  private long nowNanos() {
    return time.now(wallNanos(), nanoTime.getAsLong());
  }

  private long wallNanos() {
    return context.clock().millis() * 1_000_000;
  }

  private static long endNanos(SliWindow window) {
    return window.getStartTimeUnixNano() + window.getLengthNanos();
  }
}
