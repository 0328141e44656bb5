package io.sluice.processors.spanmetrics;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/** Adds calls to the series of the service graph, by the services that own them. */
final class CallTallies {

  private final Tallies tallies;
  private final SeriesTable total;
  private final SeriesTable failed;
  private final SeriesTable serverSeconds;
  private final SeriesTable clientSeconds;
  private final SeriesTable messagingSeconds;
  private final SeriesTable lag;
  private final SeriesTable takenTotal;
  private final SeriesTable takenFailed;
  private final SeriesTable takenSeconds;

  CallTallies(int maxNameLength) {
    tallies = new Tallies(maxNameLength);
    total = tallies.table(Metrics.GRAPH_REQUESTS);
    failed = tallies.table(Metrics.GRAPH_FAILED);
    serverSeconds = tallies.table(Metrics.GRAPH_SERVER_SECONDS);
    clientSeconds = tallies.table(Metrics.GRAPH_CLIENT_SECONDS);
    messagingSeconds = tallies.table(Metrics.GRAPH_MESSAGING_SECONDS);
    lag = tallies.table(Metrics.MESSAGING_LAG);
    takenTotal = tallies.table(Metrics.fromQueue(Metrics.GRAPH_REQUESTS));
    takenFailed = tallies.table(Metrics.fromQueue(Metrics.GRAPH_FAILED));
    takenSeconds = tallies.table(Metrics.fromQueue(Metrics.GRAPH_SERVER_SECONDS));
  }

  /** Adds up calls until they are drained. */
  void add(List<Call> calls) {
    for (Call call : calls) {
      tallies.service(call.owner());
      addEdge(call);
      if (call.isMessage()) {
        tallies.service(call.server());
        addLag(call);
      }
    }
  }

  /** Series that have something to be drained. */
  int touched() {
    return tallies.touched();
  }

  /**
   * Gives what was added up.
   *
   * @param out gets, for each service, the values of the records for its owner
   */
  void drain(BiConsumer<String, byte[]> out) {
    tallies.drain(out);
  }

  private void addEdge(Call call) {
    if (call.fromQueue()) {
      addTaken(call);
      return;
    }
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
    if (answered != null && call.isMessage()) {
      record(messagingSeconds, call, answered, call.waitedSeconds());
    }
  }

  private void addTaken(Call call) {
    taken(takenTotal, call).add(call.weight(), call.endNanos());
    if (call.failed()) {
      taken(takenFailed, call).add(call.weight(), call.endNanos());
    }
    CallSide answered = call.answered();
    if (answered != null) {
      record(taken(takenSeconds, call), call, answered, answered.seconds());
    }
  }

  private static Tally taken(SeriesTable table, Call call) {
    return table.begin().label(call.client()).label(call.connection()).label("client").tally();
  }

  private void addLag(Call call) {
    CallSide taken = call.answered();
    if (taken != null) {
      lag.begin().label(taken.system()).label(taken.peer()).label(MessagingDerivation.BY_PRODUCER);
      record(lag.tally(), call, taken, call.waitedSeconds());
    }
  }

  private static void record(SeriesTable table, Call call, CallSide side, double seconds) {
    record(tally(table, call), call, side, seconds);
  }

  private static void record(Tally tally, Call call, CallSide side, double seconds) {
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
