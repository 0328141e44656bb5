package io.sluice.processors.spanmetrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the records of a trace had until now, so that a later one finds the calls that it would have
 * found in the same record.
 *
 * @param sides those that wait for their other side, and those that may get a further one
 * @param services of the spans, by their ids
 */
record EarlierSpans(List<CallSide> sides, Map<Long, String> services) {

  static final EarlierSpans NONE = new EarlierSpans(List.of(), Map.of());

  /** Whether a side waits. */
  boolean isWaiting() {
    return sides.stream().anyMatch(side -> !side.settled());
  }

  /** The same, of which none waits any more. */
  EarlierSpans settled() {
    return new EarlierSpans(sides.stream().map(CallSide::settle).toList(), services);
  }

  void pack(Packer out) {
    out.number(sides.size());
    sides.forEach(side -> side.pack(out));
    Map<String, List<Long>> byService = new HashMap<>();
    services.forEach(
        (span, service) -> byService.computeIfAbsent(service, none -> new ArrayList<>()).add(span));
    byService.forEach(
        (service, spans) -> {
          out.text(service).number(spans.size());
          spans.forEach(out::fixed);
        });
  }

  /** Reads what was packed, to the end. */
  static EarlierSpans unpack(Unpacker in) {
    List<CallSide> sides = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      sides.add(CallSide.unpack(in));
    }
    Map<Long, String> services = new HashMap<>();
    while (!in.atEnd()) {
      String service = in.text();
      for (int left = in.length(); left > 0; left--) {
        services.put(in.fixed(), service);
      }
    }
    return new EarlierSpans(sides, services);
  }
}
