package io.sluice.processors.sli;

import io.sluice.schemas.Contributor;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topic;
import io.sluice.schemas.definitions.Budgeting;
import io.sluice.schemas.definitions.EventSignal;
import io.sluice.schemas.definitions.GroupBy;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.settings.DurationText;
import io.sluice.schemas.settings.NearestName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What SLOs that nobody has applied yet make of records that are there. */
public final class SloPreview {

  private static final int EXAMPLES = 5;
  private static final int MAX_SERVICES = 1000;

  /**
   * What an SLO has matched.
   *
   * @param good events
   * @param total events
   * @param slices what the objective is held against, of an SLO that counts slices: those with
   *     events; empty for one that counts events
   * @param first time of the oldest event; null without any
   * @param last time of the newest event
   * @param badTraces hex ids of at most five
   * @param goodTraces hex ids of at most five
   * @param contributors what bad events have in common, the largest first
   * @param hint what to look at when nothing matched; empty when something did
   * @param groups of an SLO that has some, those with most events first; empty for others
   * @param whole whether all records of its signal were read
   */
  public record Match(
      Slo slo,
      long good,
      long total,
      String slices,
      @Nullable Instant first,
      @Nullable Instant last,
      List<String> badTraces,
      List<String> goodTraces,
      List<Contributor> contributors,
      String hint,
      List<Group> groups,
      boolean whole) {}

  /**
   * Events of a group.
   *
   * @param name as in {@code http.route=/cart}
   */
  public record Group(String name, long good, long total) {}

  private static final class Tally {
    private final Set<String> goodTraces = new TreeSet<>();
    private final Set<String> badTraces = new TreeSet<>();
    private final Contributors contributors = new Contributors();
    private final Map<Long, long[]> slices = new TreeMap<>();
    private final Map<String, long[]> groups = new TreeMap<>();
    private long good;
    private long total;
    private long firstNanos = Long.MAX_VALUE;
    private long lastNanos = Long.MIN_VALUE;
  }

  private final SloIndex index;
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private final Map<EventSignal, Set<String>> services = new EnumMap<>(EventSignal.class);
  private final Set<EventSignal> notWhole = EnumSet.noneOf(EventSignal.class);
  private final List<Slo> slos;
  private final MetricEvents metrics = new MetricEvents(new PointsRead());

  /** The last point of each series among what was read. */
  private static final class PointsRead implements MetricEvents.Memory {
    private final Map<String, SeriesPoint> points = new HashMap<>();

    @Override
    public @Nullable SeriesPoint get(String series) {
      return points.get(series);
    }

    @Override
    public void put(String series, SeriesPoint point) {
      points.put(series, point);
    }

    @Override
    public void remove(String series) {
      points.remove(series);
    }
  }

  public SloPreview(Slos slos) {
    this.slos = slos.slos();
    this.index = new SloIndex(slos);
    this.slos.forEach(slo -> tallies.put(slo.id(), new Tally()));
  }

  /** The topics whose records can match. */
  public List<Topic> topics() {
    return Events.topics().stream().filter(topic -> index.has(Events.signal(topic))).toList();
  }

  /**
   * Counts the events of a record.
   *
   * @throws io.sluice.schemas.InvalidInputException when it cannot be read
   */
  public void add(Topic topic, byte[] record) {
    EventSignal signal = Events.signal(topic);
    Set<String> seen = services.computeIfAbsent(signal, unused -> new TreeSet<>());
    Events.forEach(
        signal,
        record,
        index,
        metrics,
        event -> {
          if (seen.size() < MAX_SERVICES) {
            seen.add(event.service());
          }
          index.forEachMatch(signal, event, slo -> count(slo, event));
        });
  }

  /** Says that not all records of a topic were read: what is not there may be among the others. */
  public void stopped(Topic topic) {
    notWhole.add(Events.signal(topic));
  }

  /** One for each SLO, in their order. */
  public List<Match> matches() {
    return slos.stream().map(this::match).toList();
  }

  private void count(Slo slo, CountedEvent event) {
    Tally tally = tallies.getOrDefault(slo.id(), new Tally());
    long events = event.count();
    boolean good = slo.good().isMet(event);
    long time = event.timeUnixNano();
    tally.total += events;
    tally.good += good ? events : 0;
    tally.firstNanos = Math.min(tally.firstNanos, time);
    tally.lastNanos = Math.max(tally.lastNanos, time);
    note(good ? tally.goodTraces : tally.badTraces, event.traceId());
    if (!good) {
      event.contributeTo(tally.contributors, events);
    }
    GroupBy groupBy = slo.groupBy();
    if (groupBy != null) {
      String name = groupBy.of(event);
      boolean hasPlace = tally.groups.containsKey(name) || tally.groups.size() < groupBy.most();
      long[] group =
          tally.groups.computeIfAbsent(hasPlace ? name : groupBy.other(), unused -> new long[2]);
      group[0] += good ? events : 0;
      group[1] += events;
    }
    long length = slo.budgeting().slice().toNanos();
    if (length > 0) {
      long[] slice =
          tally.slices.computeIfAbsent(time - Math.floorMod(time, length), unused -> new long[2]);
      slice[0] += good ? events : 0;
      slice[1] += events;
    }
  }

  private static void note(Set<String> traces, Slice id) {
    if (traces.size() < EXAMPLES && id.length() == 16) {
      traces.add(HexFormat.of().formatHex(id.array(), id.start(), id.end()));
    }
  }

  private Match match(Slo slo) {
    Tally tally = tallies.getOrDefault(slo.id(), new Tally());
    return new Match(
        slo,
        tally.good,
        tally.total,
        slices(slo.budgeting(), tally.slices.values()),
        tally.total == 0 ? null : instant(tally.firstNanos),
        tally.total == 0 ? null : instant(tally.lastNanos),
        new ArrayList<>(tally.badTraces),
        new ArrayList<>(tally.goodTraces),
        Contributors.named(tally.contributors.kept()),
        tally.total == 0 ? hint(slo) : "",
        groups(tally),
        !notWhole.contains(slo.signal()));
  }

  private static List<Group> groups(Tally tally) {
    List<Group> groups = new ArrayList<>();
    tally.groups.forEach((name, counts) -> groups.add(new Group(name, counts[0], counts[1])));
    groups.sort(Comparator.comparingLong(Group::total).reversed().thenComparing(Group::name));
    return groups;
  }

  private static String slices(Budgeting budgeting, Collection<long[]> slices) {
    if (slices.isEmpty()) {
      return "";
    }
    long good = 0;
    for (long[] slice : slices) {
      good += budgeting.good(slice[0], slice[1]);
    }
    String length = DurationText.format(budgeting.slice());
    return budgeting.method() == Budgeting.Method.TIMESLICES
        ? good + " of " + slices.size() + " slices of " + length + " are good"
        : String.format(
            Locale.ROOT,
            "%.4g%% is the mean of %d slices of %s",
            100.0 * (double) good / (double) (slices.size() * Budgeting.PARTS),
            slices.size(),
            length);
  }

  /** Most often it is the service's name. */
  private String hint(Slo slo) {
    Set<String> seen = services.getOrDefault(slo.signal(), Set.of());
    if (seen.isEmpty() && notWhole.contains(slo.signal())) {
      return "not read: it was time to stop before there was an event of its signal";
    } else if (seen.isEmpty()) {
      return "there is no event of its signal";
    }
    for (String service : slo.selector().services()) {
      if (!seen.contains(service)) {
        return "there is no service \"" + service + "\"" + NearestName.hint(service, seen);
      }
    }
    return "there are events of its signal; operation, kind or attributes of the selector fit none";
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }
}
