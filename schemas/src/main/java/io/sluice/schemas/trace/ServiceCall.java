package io.sluice.schemas.trace;

import java.util.List;

/**
 * Calls from one service to another.
 *
 * @param connection {@link #DIRECT}, {@link #MESSAGING}, {@link #DATABASE} or {@link #VIRTUAL}, as
 *     in the series of the service graph
 * @param count how many
 * @param failed how many of them failed
 * @param nanos how long all of them took together, for who was called where that is known, else for
 *     who called
 */
public record ServiceCall(
    String client, String server, String connection, long count, long failed, long nanos) {

  public static final String DIRECT = "";
  public static final String MESSAGING = "messaging_system";
  public static final String DATABASE = "database";

  /** Who was called sends no spans. */
  public static final String VIRTUAL = "virtual_node";

  /**
   * The calls in a trace, or in a part of one: what lies between two parts is not seen. One that
   * nobody answered counts when it names whom it called.
   */
  public static List<ServiceCall> of(SpanTree tree) {
    return new CallsOfTrace(tree).calls();
  }

  /** These and others of the same two, together. */
  public ServiceCall plus(ServiceCall other) {
    return new ServiceCall(
        client,
        server,
        connection,
        count + other.count,
        failed + other.failed,
        nanos + other.nanos);
  }
}
