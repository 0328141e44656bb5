package io.sluice.console;

import io.sluice.schemas.trace.ServiceCall;
import io.sluice.sinks.search.SearchReader;
import io.sluice.sinks.search.SearchStore;
import io.sluice.sinks.search.TooMuchToScanException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who calls whom, for Jaeger's page and Grafana. Jaeger's page asks for a week and lets nobody ask
 * for less: of a time with more traces than one query looks at, the newest part is answered.
 */
final class JaegerDependencies {

  private final SearchStore store;
  private final Clock clock;

  JaegerDependencies(SearchStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  Object of(Call call) {
    Calls calls = newest(call.reader(store), JaegerQuery.dependencies(call.query(), clock));
    Map<String, Object> answer =
        JaegerApi.answer(links(calls.all(), call.query().get("service", "")), 0, null);
    if (calls.isPart()) {
      // Not among the errors: beside them Grafana shows no data.
      answer.put(
          "warnings",
          List.of(
              "there are more traces in this time than one query looks at: these are the calls since "
                  + Instant.EPOCH.plusNanos(calls.from())));
    }
    return answer;
  }

  /**
   * @param from the beginning of the time that they are of
   */
  private record Calls(long from, boolean isPart, List<ServiceCall> all) {}

  private Calls newest(SearchReader reader, JaegerQuery.Range asked) {
    try {
      return new Calls(asked.from(), false, reader.serviceCalls(asked.from(), asked.to()));
    } catch (TooMuchToScanException e) {
      Calls part = newestPart(reader, asked);
      if (part.all().isEmpty()) {
        throw e; // it would not be true of the rest
      }
      return part;
    }
  }

  /** By halving the time; none where that leaves no time. */
  private Calls newestPart(SearchReader reader, JaegerQuery.Range asked) {
    // What is to come has no traces: its half would be empty.
    long now = Math.min(asked.to(), clock.millis() * 1_000_000);
    long latest = asked.from() < now ? now : asked.to();
    for (long length = (latest - asked.from()) / 2; length > 0; length /= 2) {
      try {
        long from = latest - length;
        return new Calls(from, true, reader.serviceCalls(from, asked.to()));
      } catch (TooMuchToScanException e) {
        // The next half of it.
      }
    }
    return new Calls(latest, true, List.of());
  }

  private static List<Object> links(List<ServiceCall> calls, String service) {
    Map<List<String>, Long> counts = new TreeMap<>(JaegerDependencies::compare);
    for (ServiceCall call : calls) {
      if (service.isEmpty() || service.equals(call.client()) || service.equals(call.server())) {
        counts.merge(List.of(call.client(), call.server()), call.count(), Long::sum);
      }
    }
    List<Object> links = new ArrayList<>();
    counts.forEach(
        (ends, count) -> {
          Map<String, Object> link = new LinkedHashMap<>();
          link.put("parent", ends.get(0));
          link.put("child", ends.get(1));
          link.put("callCount", count);
          links.add(link);
        });
    return links;
  }

  private static int compare(List<String> a, List<String> b) {
    int parents = a.get(0).compareTo(b.get(0));
    return parents != 0 ? parents : a.get(1).compareTo(b.get(1));
  }
}
