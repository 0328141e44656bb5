package io.sluice.processors.spanmetrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all services of an owner ask for, by service and metric. */
final class Demands {

  /** Of so many metrics of a service it is known, besides those that Sluice derives. */
  private static final int MAX_METRICS = 1000;

  private final Map<String, Map<String, Demand>> services = new HashMap<>();

  /** Takes one over that was stored; false when it cannot be read, and is estimated anew. */
  boolean restore(byte[] key, byte[] packed) {
    Demand demand = Demand.unpack(key, packed);
    if (demand != null) {
      Unpacker in = new Unpacker(key);
      services.computeIfAbsent(in.text(), none -> new HashMap<>()).put(in.text(), demand);
    }
    return demand != null;
  }

  void add(SeriesKey key) {
    Map<String, Demand> metrics = services.computeIfAbsent(key.service(), none -> new HashMap<>());
    String metric = key.metric().name();
    Demand demand = metrics.get(metric);
    if (demand == null) {
      if (metrics.size() >= MAX_METRICS && !Metrics.isFixed(key.metric())) {
        return;
      }
      demand = new Demand(key.service(), metric);
      metrics.put(metric, demand);
    }
    demand.add(key);
  }

  /** Those that changed since this was asked last. */
  List<Demand> takeChanged() {
    List<Demand> changed = new ArrayList<>();
    services
        .values()
        .forEach(
            metrics -> metrics.values().stream().filter(Demand::takeChanged).forEach(changed::add));
    return changed;
  }

  /** Begins a window; returns those that are over, and forgets them. */
  List<Demand> rotate() {
    List<Demand> over = new ArrayList<>();
    for (Map<String, Demand> metrics : services.values()) {
      metrics.values().forEach(Demand::rotate);
      metrics.values().stream().filter(Demand::isOver).forEach(over::add);
      metrics.values().removeIf(Demand::isOver);
    }
    services.values().removeIf(Map::isEmpty);
    return over;
  }
}
