package io.sluice.processors.sli;

import io.sluice.schemas.definitions.GroupBy;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which groups there are of each SLO that has some: those that came first, up to its limit. The
 * events of further ones are counted together. A group has its place until there was no event of it
 * for the SLO's period: nothing is left in its budget then.
 *
 * <p>What it says follows from the order of what it was asked, by arrival times: a replay divides
 * events as the first run did.
 */
final class Groups {

  /** Where changes are kept over restarts. */
  interface Memory {

    /** Keeps of a group when it was last seen. */
    void put(String id, long seenNanos);

    void remove(String id);
  }

  /**
   * A group goes so much later: whoever sums up its windows, in slots of up to an hour, has to see
   * that there were no events in a whole period.
   */
  private static final Duration SLACK = Duration.ofHours(2);

  /** A group that is seen again sooner is not kept anew. */
  private static final Duration KEPT_ANEW = Duration.ofMinutes(30);

  /** A group whose SLO was taken away has its place as long: it may be back. */
  private static final Duration LONGEST_PERIOD = Duration.ofDays(366);

  private final Memory memory;

  /** By the SLO's id and the group's: when it was last seen. */
  private final Map<String, Map<String, Long>> bySlo = new HashMap<>();

  Groups(Memory memory) {
    this.memory = memory;
  }

  /** Takes back what was kept. */
  void restore(String id, long seenNanos) {
    ofSlo(id.substring(0, id.indexOf('['))).put(id, seenNanos);
  }

  /** The groups of an SLO that have a place. */
  List<String> of(String sloId) {
    return List.copyOf(bySlo.getOrDefault(sloId, Map.of()).keySet());
  }

  /** Whether a group has a place. */
  boolean has(Slo group) {
    Map<String, Long> groups = group.group() == null ? null : bySlo.get(group.group().sloId());
    return groups != null && groups.containsKey(group.id());
  }

  /**
   * The group that counts events.
   *
   * @param whole the SLO in the file
   * @param id of the group by the events alone
   * @param seenNanos when they happened, or arrived, whichever is later
   * @param nowNanos the newest arrival
   * @return the same id, or that of all groups beyond the limit
   */
  String place(Slo whole, String id, long seenNanos, long nowNanos) {
    GroupBy groupBy = Objects.requireNonNull(whole.groupBy());
    Map<String, Long> groups = ofSlo(whole.id());
    String other = SloGroup.id(whole.id(), groupBy.other());
    Long seen = groups.get(id);
    if (seen == null || isOver(whole, seen, nowNanos)) {
      end(groups, whole, nowNanos);
      int taken = groups.size() - (groups.containsKey(other) ? 1 : 0);
      if (taken >= groupBy.most() && !id.equals(other)) {
        return place(whole, other, seenNanos, nowNanos);
      }
      keep(groups, id, seenNanos);
    } else if (seenNanos - seen >= KEPT_ANEW.toNanos()) {
      keep(groups, id, seenNanos);
    }
    return id;
  }

  /**
   * Takes their places from groups that were not seen for long, also without anyone waiting.
   *
   * @param named finds an SLO of the files
   */
  void end(Function<String, @Nullable Slo> named, long nowNanos) {
    bySlo.forEach((sloId, groups) -> end(groups, named.apply(sloId), nowNanos));
    bySlo.values().removeIf(Map::isEmpty);
  }

  private void end(Map<String, Long> groups, @Nullable Slo whole, long nowNanos) {
    List<String> over = new ArrayList<>();
    groups.forEach(
        (id, seen) -> {
          boolean otherKeys = whole != null && SloGroup.whole(id, unused -> whole) == null;
          if (otherKeys || isOver(whole, seen, nowNanos)) {
            over.add(id);
          }
        });
    over.forEach(
        id -> {
          groups.remove(id);
          memory.remove(id);
        });
  }

  private static boolean isOver(@Nullable Slo whole, long seenNanos, long nowNanos) {
    Duration period = whole == null ? LONGEST_PERIOD : whole.period();
    return nowNanos - seenNanos > period.plus(SLACK).toNanos();
  }

  private void keep(Map<String, Long> groups, String id, long seenNanos) {
    groups.put(id, seenNanos);
    memory.put(id, seenNanos);
  }

  private Map<String, Long> ofSlo(String sloId) {
    return bySlo.computeIfAbsent(sloId, unused -> new TreeMap<>());
  }
}
