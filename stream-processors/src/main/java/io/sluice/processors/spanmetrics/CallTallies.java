package io.sluice.processors.spanmetrics;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Adds calls to the series of the service graph, whose owner is the service that calls. */
final class CallTallies {

  private static final double NANOS_PER_SECOND = 1e9;

  private final Tallies tallies;
  private final SeriesTable total;
  private final SeriesTable failed;
  private final SeriesTable serverSeconds;
  private final SeriesTable clientSeconds;
  private final SeriesTable messagingSeconds;

  CallTallies(int maxNameLength) {
    tallies = new Tallies(maxNameLength);
    total = tallies.table(Metrics.GRAPH_REQUESTS);
    failed = tallies.table(Metrics.GRAPH_FAILED);
    serverSeconds = tallies.table(Metrics.GRAPH_SERVER_SECONDS);
    clientSeconds = tallies.table(Metrics.GRAPH_CLIENT_SECONDS);
    messagingSeconds = tallies.table(Metrics.GRAPH_MESSAGING_SECONDS);
  }

  /**
   * Adds up calls.
   *
   * @param out gets, for each service that calls, the value of the record for its owner
   */
  void add(List<Call> calls, BiConsumer<String, byte[]> out) {
    Map<String, List<Call>> byClient = new LinkedHashMap<>();
    for (Call call : calls) {
      byClient.computeIfAbsent(call.client(), none -> new ArrayList<>()).add(call);
    }
    byClient.forEach(
        (client, its) -> {
          its.forEach(this::add);
          out.accept(client, tallies.drain());
        });
  }

  private void add(Call call) {
    double weight = call.weight();
    tally(total, call).add(weight, call.endNanos());
    if (call.failed()) {
      tally(failed, call).add(weight, call.endNanos());
    }
    CallSide asked = call.asked();
    CallSide answered = call.answered();
    if (asked != null) {
      record(clientSeconds, call, asked, asked.seconds());
    }
    if (answered != null) {
      record(serverSeconds, call, answered, answered.seconds());
    } else if (asked != null) {
      // Grafana tells how slow a node is by these; what sends no spans is as slow as it seemed.
      record(serverSeconds, call, asked, asked.seconds());
    }
    if (asked != null && answered != null && call.connection().equals(Call.MESSAGING)) {
      double waited = (double) (answered.startNanos() - asked.endNanos()) / NANOS_PER_SECOND;
      record(messagingSeconds, call, answered, Math.max(0, waited));
    }
  }

  private static void record(SeriesTable table, Call call, CallSide side, double seconds) {
    Tally tally = tally(table, call);
    tally.record(seconds, call.weight(), side.endNanos());
    tally.exemplar(seconds, side.endNanos(), side.ids());
  }

  private static Tally tally(SeriesTable table, Call call) {
    return table
        .begin()
        .label(call.server())
        .label(call.connection().getBytes(StandardCharsets.US_ASCII))
        .tally();
  }
}
