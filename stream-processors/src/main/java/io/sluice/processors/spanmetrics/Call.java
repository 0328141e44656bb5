package io.sluice.processors.spanmetrics;

import org.jspecify.annotations.Nullable;

/**
 * A call from one service to another: one request on an edge of the service graph.
 *
 * @param connection {@link #DIRECT} or one of the others
 * @param fromQueue whether the client is a queue and no service
 * @param asked the caller's side, when there is a span of it
 * @param answered the other side, when there is one
 */
record Call(
    String client,
    String server,
    String connection,
    boolean fromQueue,
    @Nullable CallSide asked,
    @Nullable CallSide answered) {

  static final String DIRECT = "";
  static final String MESSAGING = "messaging_system";
  static final String DATABASE = "database";

  /** One of the two sends no spans. */
  static final String VIRTUAL = "virtual_node";

  /** Who calls when nobody is known to: a browser, a person. Grafana knows the name. */
  static final String USER = "user";

  private static final double NANOS_PER_SECOND = 1e9;

  /** A call with a span on both sides. */
  static Call between(CallSide asked, CallSide answered) {
    String connection =
        asked.messaging() || answered.messaging()
            ? MESSAGING
            : asked.database() ? DATABASE : DIRECT;
    return new Call(asked.service(), answered.service(), connection, false, asked, answered);
  }

  /** A call from a span that is none of a caller, in another service. */
  static Call from(String client, CallSide answered) {
    return new Call(
        client,
        answered.service(),
        answered.messaging() ? MESSAGING : DIRECT,
        false,
        null,
        answered);
  }

  /** A call to what sends no spans, when it is named. */
  static @Nullable Call toPeer(CallSide asked) {
    if (asked.peer().isEmpty()) {
      return null;
    }
    String connection = asked.database() ? DATABASE : asked.messaging() ? MESSAGING : VIRTUAL;
    return new Call(asked.service(), asked.peer(), connection, false, asked, null);
  }

  /** A message from a queue, when it is named: who sent it is not known. */
  static @Nullable Call fromQueue(CallSide answered) {
    return answered.messaging() && !answered.peer().isEmpty()
        ? new Call(answered.peer(), answered.service(), MESSAGING, true, null, answered)
        : null;
  }

  /** A call by a user. */
  static Call byUser(CallSide answered) {
    return new Call(USER, answered.service(), VIRTUAL, false, null, answered);
  }

  /**
   * The service whose series it counts in: the client, and of what comes from a queue the one that
   * takes it. There can be a queue for every process, so they are no owners.
   */
  String owner() {
    return fromQueue ? server : client;
  }

  /** Whether it is a message with both sides known. */
  boolean isMessage() {
    return connection.equals(MESSAGING) && asked != null && answered != null;
  }

  /** How long a message waited to be taken; 0 when the clocks say less. */
  double waitedSeconds() {
    if (asked == null || answered == null) {
      return 0;
    }
    return Math.max(0, answered.startNanos() - asked.endNanos()) / NANOS_PER_SECOND;
  }

  boolean failed() {
    return (asked != null && asked.failed()) || (answered != null && answered.failed());
  }

  /** For how many it stands: the side that was sampled more decides which pairs are seen. */
  double weight() {
    double one = asked == null ? 0 : asked.weight();
    double other = answered == null ? 0 : answered.weight();
    return Math.max(one, other);
  }

  long endNanos() {
    return Math.max(
        asked == null ? 0 : asked.endNanos(), answered == null ? 0 : answered.endNanos());
  }
}
