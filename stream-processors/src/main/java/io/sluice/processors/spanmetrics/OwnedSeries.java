package io.sluice.processors.spanmetrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The series that one owner has: finds the series of a partial, or begins one where the limits let
 * it, and adds up. Series are taken from the state when they are first needed; those in use stay at
 * hand.
 */
final class OwnedSeries {

  /** Series at hand. */
  private static final int MAX_AT_HAND = 50_000;

  /** Labels as they come that lead to them: many to one where a limit bites. */
  private static final int MAX_FORMS = 200_000;

  private static final long MAX_FORM_BYTES = 32 << 20;

  /** Where the state of series is kept. */
  @FunctionalInterface
  interface State {
    byte @Nullable [] get(byte[] key);
  }

  /** A service's metric: its series by their labels as they come in partials. */
  private record OwnedMetric(Metric metric, ByteTable<Series> byLabels) {}

  private final SeriesLimits limits;
  private final Demands demands;
  private final Statements statements;
  private final State state;
  private final DoubleConsumer overflowed;
  private final IntConsumer refused;
  private final Map<String, Map<Metric, OwnedMetric>> services = new HashMap<>();
  private final ByteTable<Series> byKey = new ByteTable<>();
  private final List<Series> changed = new ArrayList<>();
  private int atHand;
  private int forms;
  private long formBytes;

  /**
   * @param demands is told of every series that is asked for, when it is asked for first
   * @param statements is told of all calls of statements, whatever limits there are
   * @param overflowed gets how many values a limit took out of the series that they would have had
   * @param refused gets how many partials were refused for the names of their metric and its labels
   */
  OwnedSeries(
      SeriesLimits limits,
      Demands demands,
      Statements statements,
      State state,
      DoubleConsumer overflowed,
      IntConsumer refused) {
    this.limits = limits;
    this.demands = demands;
    this.statements = statements;
    this.state = state;
    this.overflowed = overflowed;
    this.refused = refused;
  }

  /** Adds what a batch has for a service. */
  void add(String from, PartialRecord record, long arrivalMillis) {
    String service = limits.service(from);
    boolean tooMany = !service.equals(from);
    Map<Metric, OwnedMetric> metrics = services.computeIfAbsent(service, none -> new HashMap<>());
    for (PartialRecord.Group group : record.groups()) {
      OwnedMetric owned = metrics.get(group.metric());
      if (owned == null) {
        if (!limits.admits(service, limits.distinct(service, group.metric()))) {
          refused.accept(group.partials().size());
          continue;
        }
        owned = new OwnedMetric(group.metric(), new ByteTable<>());
        metrics.put(group.metric(), owned);
      }
      for (PartialRecord.Partial partial : group.partials()) {
        if (group.metric().aggregation() == Aggregation.RANKED) {
          rank(service, record, partial, group.metric(), arrivalMillis);
        }
        add(
            find(service, owned, record.labels(), partial, arrivalMillis),
            record,
            partial,
            tooMany);
      }
    }
  }

  private void rank(
      String service,
      PartialRecord record,
      PartialRecord.Partial partial,
      Metric metric,
      long arrivalMillis) {
    Unpacker calls = new Unpacker(record.bytes(), partial.value(), record.bytes().length);
    calls.signed(); // the newest time
    statements.add(service, values(record.labels(), partial, metric), calls, arrivalMillis);
  }

  private void add(
      Series series, PartialRecord record, PartialRecord.Partial partial, boolean tooMany) {
    byte[] bytes = record.bytes();
    boolean overflows = tooMany || series.isOverflow();
    double before = overflows ? series.total() : 0;
    series.add(new Unpacker(bytes, partial.value(), bytes.length));
    if (overflows) {
      overflowed.accept(series.total() - before);
    }
    if (series.change()) {
      changed.add(series);
    }
  }

  /** Series with something that was not written yet, in the order in which they changed. */
  List<Series> changed() {
    return changed;
  }

  /** What changed was written. */
  void written() {
    changed.forEach(Series::written);
    changed.clear();
    if (atHand > MAX_AT_HAND || !hasRoomForForms()) {
      putAway();
    }
  }

  /** Takes the series from the state again when they are needed; all that changed was written. */
  void putAway() {
    services.clear();
    byKey.clear();
    atHand = 0;
    forms = 0;
    formBytes = 0;
  }

  private boolean hasRoomForForms() {
    return forms < MAX_FORMS && formBytes < MAX_FORM_BYTES;
  }

  private Series find(
      String service,
      OwnedMetric owned,
      byte[] labels,
      PartialRecord.Partial partial,
      long arrivalMillis) {
    Series found = owned.byLabels.get(labels, partial.labelsStart(), partial.labelsEnd());
    if (found != null) {
      return found;
    }
    Metric metric = limits.distinct(service, owned.metric);
    SeriesKey key = new SeriesKey(service, metric, values(labels, partial, metric));
    demands.add(key);
    found = admitted(key, arrivalMillis);
    if (hasRoomForForms()) {
      byte[] form = Arrays.copyOfRange(labels, partial.labelsStart(), partial.labelsEnd());
      owned.byLabels.put(form, found);
      forms++;
      formBytes += form.length;
    }
    return found;
  }

  /** The first of the series that the key may count in which is there; else the last begins. */
  private Series admitted(SeriesKey key, long arrivalMillis) {
    Series known = known(key);
    if (known != null) {
      return known;
    }
    SeriesKey learned = limits.learned(key);
    known = learned.equals(key) ? null : known(learned);
    if (known != null) {
      return known;
    }
    SeriesKey within = limits.withinLabels(learned);
    known = within.equals(learned) ? null : known(within);
    if (known != null) {
      return known;
    }
    if (limits.hasRoom(within)) {
      return begin(within, arrivalMillis);
    }
    SeriesKey overflow = within.overflow();
    known = known(overflow);
    return known == null ? begin(overflow, arrivalMillis) : known;
  }

  private @Nullable Series known(SeriesKey key) {
    byte[] packed = key.pack();
    Series series = byKey.get(packed, 0, packed.length);
    if (series == null) {
      byte[] kept = state.get(packed);
      if (kept == null) {
        return null;
      }
      series = Series.unpack(packed, kept);
      hold(packed, series);
    }
    return series;
  }

  private Series begin(SeriesKey key, long arrivalMillis) {
    limits.count(key);
    Series series = new Series(key, arrivalMillis);
    hold(key.pack(), series);
    return series;
  }

  private void hold(byte[] packed, Series series) {
    byKey.put(packed, series);
    atHand++;
  }

  private static List<String> values(byte[] labels, PartialRecord.Partial partial, Metric metric) {
    Unpacker in = new Unpacker(labels, partial.labelsStart(), partial.labelsEnd());
    List<String> values = new ArrayList<>(metric.labels().size());
    for (int i = 0; i < metric.labels().size(); i++) {
      values.add(in.text());
    }
    return values;
  }
}
