package io.sluice.console;

import io.sluice.console.TopicFollower.Reach;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AuditRecord;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SloBackfill;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloGroup;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What small topics say, in memory and bounded: alerts and their transitions, budgets, the
 * definitions in effect and the last changes by people. Read anew at each start, so nothing is kept
 * on disk. Safe for use by several threads.
 */
final class TopicViews implements AutoCloseable, TopicFollower.Reader {

  static final int MAX_TRANSITIONS = 1000;
  static final int MAX_AUDIT = 1000;

  private static final Logger log = LoggerFactory.getLogger(TopicViews.class);
  private static final AvroSerde<Alert> ALERTS = AvroSerde.of(Alert.getClassSchema());
  private static final AvroSerde<SloBudget> BUDGETS = AvroSerde.of(SloBudget.getClassSchema());
  private static final AvroSerde<SloBackfill> BACKFILLS =
      AvroSerde.of(SloBackfill.getClassSchema());
  private static final AvroSerde<AuditRecord> AUDIT = AvroSerde.of(AuditRecord.getClassSchema());
  private static final AvroSerde<DefinitionSet> DEFINITIONS =
      AvroSerde.of(DefinitionSet.getClassSchema());

  private static final Map<Topic, Reach> TOPICS =
      Map.of(
          Topics.ALERTS, Reach.ALL,
          Topics.ALERT_HISTORY, Reach.last(2L * MAX_TRANSITIONS),
          Topics.BUDGETS, Reach.ALL,
          Topics.BACKFILLS, Reach.ALL,
          Topics.DEFINITIONS, Reach.ALL,
          Topics.AUDIT, Reach.last(2L * MAX_AUDIT));

  private static final Comparator<Alert> NEWEST_TRANSITION =
      Comparator.comparingLong(Alert::getTimeUnixNano)
          .thenComparingLong(Alert::getTransition)
          .thenComparing(Alert::getFingerprint)
          .reversed();

  /** Many changes may have one time: each is told apart by its place. */
  private record Audited(AuditRecord record, long offset) {}

  private static final Comparator<Audited> NEWEST_AUDITED =
      Comparator.comparingLong((Audited one) -> one.record().getTimeUnixNano())
          .thenComparingLong(Audited::offset)
          .reversed();

  private final TopicFollower follower;
  private final Map<String, Alert> alerts = new TreeMap<>();
  private final Map<String, SloBudget> budgets = new HashMap<>();
  private final Map<String, SloBackfill> backfills = new HashMap<>();
  private final Newest<Alert> transitions = new Newest<>(MAX_TRANSITIONS, NEWEST_TRANSITION);
  private final Newest<Audited> audit = new Newest<>(MAX_AUDIT, NEWEST_AUDITED);
  private Slos slos = shipped();
  private @Nullable RedactionRules redactionRules; // null: the shipped ones

  TopicViews(KafkaConnection connection, Clock clock) {
    this.follower = new TopicFollower(connection, TOPICS, clock, this);
  }

  void start() {
    follower.start();
  }

  /** Whether the topics have been read and are being followed. */
  boolean isFollowing() {
    return follower.isFollowing();
  }

  /** Which topics it waits for, for people. */
  Optional<String> waitsForTopics() {
    return follower.waitsForTopics();
  }

  /**
   * @throws ApiException when the topics are not read, or Kafka does not answer
   */
  void requireRead() {
    follower.requireRead("SLOs, alerts and changes");
  }

  /** The SLOs that hold, in the order of the files: of one that has groups each that there is. */
  synchronized List<Slo> slos() {
    Map<String, List<String>> groups = new HashMap<>();
    for (String id : budgets.keySet()) {
      Slo whole = SloGroup.whole(id, slos::find);
      if (whole != null) {
        groups.computeIfAbsent(whole.id(), none -> new ArrayList<>()).add(id);
      }
    }
    List<Slo> found = new ArrayList<>();
    for (Slo slo : slos.slos()) {
      if (slo.groupBy() == null) {
        found.add(slo);
      } else {
        groups.getOrDefault(slo.id(), List.of()).stream()
            .sorted()
            .forEach(id -> slo(id).ifPresent(found::add));
      }
    }
    return found;
  }

  /** The SLO, or group of one, with this id. */
  synchronized Optional<Slo> slo(String id) {
    return Optional.ofNullable(SloGroup.find(id, slos::find))
        .filter(slo -> slo.group() == null || budgets.containsKey(id));
  }

  /** The redaction rules that hold. */
  RedactionRules redactionRules() {
    RedactionRules applied = appliedRules();
    return applied == null ? ShippedRules.RULES : applied;
  }

  private synchronized @Nullable RedactionRules appliedRules() {
    return redactionRules;
  }

  /** Made when they are asked for first: there are many. */
  private static final class ShippedRules {
    static final RedactionRules RULES =
        RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES));
  }

  /** How the error budget of an SLO stands, as the alert engine last said. */
  synchronized Optional<SloBudget> budget(String sloId) {
    return Optional.ofNullable(budgets.get(sloId));
  }

  /** How far the history of an SLO in the files is, as the SLI stage last said. */
  synchronized Optional<SloBackfill> backfill(String sloId) {
    return Optional.ofNullable(backfills.get(sloId));
  }

  /** The last transition of each alert, newest first. */
  synchronized List<Alert> alerts() {
    return alerts.values().stream().sorted(NEWEST_TRANSITION).toList();
  }

  /** The last transition of this alert. */
  synchronized Optional<Alert> alert(String fingerprint) {
    return Optional.ofNullable(alerts.get(fingerprint));
  }

  /** Transitions, newest first; of all alerts, as far as they are kept. */
  synchronized List<Alert> transitions() {
    return transitions.first(MAX_TRANSITIONS);
  }

  /** The last changes by people, newest first. */
  synchronized List<AuditRecord> audit(int limit) {
    return audit.first(limit).stream().map(Audited::record).toList();
  }

  @Override
  public void close() {
    follower.close();
  }

  @Override
  public synchronized void begin() {
    alerts.clear();
    budgets.clear();
    backfills.clear();
    transitions.clear();
    audit.clear();
    slos = shipped();
    redactionRules = null;
  }

  @Override
  public void read(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (topic.equals(Topics.DEFINITIONS)) {
      define(key(record), value);
    } else if (topic.equals(Topics.ALERTS)) {
      put(key(record), value == null ? null : ALERTS.decode(value));
    } else if (topic.equals(Topics.ALERT_HISTORY) && value != null) {
      addTransition(ALERTS.decode(value));
    } else if (topic.equals(Topics.BUDGETS)) {
      putBudget(key(record), value == null ? null : BUDGETS.decode(value));
    } else if (topic.equals(Topics.BACKFILLS)) {
      putBackfill(key(record), value == null ? null : BACKFILLS.decode(value));
    } else if (value == null) {
      throw new InvalidInputException(Reason.MALFORMED, "a record without value");
    } else {
      addAudited(new Audited(AUDIT.decode(value), record.offset()));
    }
  }

  /**
   * @param alert null when the alert is forgotten
   */
  private synchronized void put(String fingerprint, @Nullable Alert alert) {
    if (alert == null) {
      alerts.remove(fingerprint);
    } else {
      alerts.put(alert.getFingerprint(), alert);
      transitions.add(alert); // the history may have been made later than this topic
    }
  }

  private synchronized void addTransition(Alert alert) {
    transitions.add(alert);
  }

  /**
   * @param budget null when the SLO is gone
   */
  private synchronized void putBudget(String sloId, @Nullable SloBudget budget) {
    if (budget == null) {
      budgets.remove(sloId);
    } else {
      budgets.put(budget.getSloId(), budget);
    }
  }

  /**
   * @param backfill null when the SLO is gone
   */
  private synchronized void putBackfill(String sloId, @Nullable SloBackfill backfill) {
    if (backfill == null) {
      backfills.remove(sloId);
    } else {
      backfills.put(backfill.getSloId(), backfill);
    }
  }

  private synchronized void addAudited(Audited one) {
    audit.add(one);
  }

  private void define(String kind, byte @Nullable [] value) {
    boolean areRules = kind.equals(DefinitionKinds.REDACTION_RULES);
    if (!areRules && !kind.equals(DefinitionKinds.SLOS)) {
      return;
    }
    DefinitionSet set = value == null ? ShippedDefinitions.of(kind) : DEFINITIONS.decode(value);
    try {
      if (areRules) {
        put(RedactionRules.of(set));
      } else {
        put(Slos.of(set));
      }
    } catch (ConfigurationException e) {
      log.error("{} version {} are not usable, the old ones stay", kind, set.getVersion());
    }
  }

  private synchronized void put(Slos applied) {
    slos = applied;
  }

  private synchronized void put(RedactionRules applied) {
    redactionRules = applied;
  }

  private static Slos shipped() {
    return Slos.of(ShippedDefinitions.of(DefinitionKinds.SLOS));
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }
}
