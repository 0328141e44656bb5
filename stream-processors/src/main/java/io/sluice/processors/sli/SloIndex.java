package io.sluice.processors.sli;

import io.sluice.schemas.definitions.EventSignal;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloEvent;
import io.sluice.schemas.definitions.SloGroup;
import io.sluice.schemas.definitions.Slos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the SLOs of an event by its signal, service and operation, so that a thousand SLOs cost an
 * event a few look-ups.
 */
final class SloIndex {

  /** SLOs that name no service, or no operation, are under this. */
  private static final String ANY = "";

  private final Map<EventSignal, Map<String, Map<String, List<Slo>>>> slos =
      new EnumMap<>(EventSignal.class);
  private final Map<String, Slo> byId = new LinkedHashMap<>();
  private final long version;

  SloIndex(Slos all) {
    version = all.version();
    for (Slo slo : all.slos()) {
      byId.put(slo.id(), slo);
      for (String service : orAny(slo.selector().services())) {
        for (String operation : orAny(slo.selector().operations())) {
          slos.computeIfAbsent(slo.signal(), signal -> new HashMap<>())
              .computeIfAbsent(service, name -> new HashMap<>())
              .computeIfAbsent(operation, name -> new ArrayList<>())
              .add(slo);
        }
      }
    }
  }

  private static List<String> orAny(List<String> names) {
    // A list with ANY in it means those without a name too: all are looked at there, and once.
    return names.isEmpty() || names.contains(ANY)
        ? List.of(ANY)
        : names.stream().distinct().toList();
  }

  /** Of the set that the SLOs are. */
  long version() {
    return version;
  }

  /** All SLOs. */
  Collection<Slo> all() {
    return byId.values();
  }

  /** The SLO with this id, which may be a group of one; null for none. */
  @Nullable Slo get(String sloId) {
    return SloGroup.find(sloId, byId::get);
  }

  /** The SLO in a file with this id, also one that has groups; null for none. */
  @Nullable Slo inFile(String sloId) {
    return byId.get(sloId);
  }

  /** The SLO of which this is a group; null for none. */
  @Nullable Slo wholeOf(String groupId) {
    return SloGroup.whole(groupId, byId::get);
  }

  /** Length of the longest windows. */
  Duration longestWindow(SliConfig config) {
    return byId.values().stream()
        .map(config::window)
        .max(Comparator.naturalOrder())
        .orElse(config.bucket());
  }

  /** Whether some SLO counts events of this kind: else they need not be looked at. */
  boolean has(EventSignal signal) {
    return slos.containsKey(signal);
  }

  /** Whether some SLO counts an event. */
  boolean counts(EventSignal signal, SloEvent event) {
    boolean[] found = new boolean[1];
    forEachMatch(signal, event, slo -> found[0] = true);
    return found[0];
  }

  void forEachMatch(EventSignal signal, SloEvent event, Consumer<Slo> consumer) {
    Map<String, Map<String, List<Slo>>> byService = slos.get(signal);
    if (byService == null) {
      return;
    }
    String service = event.service();
    matches(byService.get(ANY), event, consumer);
    if (!service.equals(ANY)) {
      matches(byService.get(service), event, consumer);
    }
  }

  private static void matches(
      @Nullable Map<String, List<Slo>> byOperation, SloEvent event, Consumer<Slo> consumer) {
    if (byOperation == null) {
      return;
    }
    matches(byOperation.get(ANY), event, consumer);
    if (byOperation.size() > 1 || !byOperation.containsKey(ANY)) {
      String operation = event.operation();
      if (!operation.equals(ANY)) {
        matches(byOperation.get(operation), event, consumer);
      }
    }
  }

  private static void matches(
      @Nullable List<Slo> candidates, SloEvent event, Consumer<Slo> consumer) {
    if (candidates == null) {
      return;
    }
    for (Slo slo : candidates) {
      if (slo.counts(event)) {
        consumer.accept(slo);
      }
    }
  }
}
