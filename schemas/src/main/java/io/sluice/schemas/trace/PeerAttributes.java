package io.sluice.schemas.trace;

import java.util.List;
import java.util.Set;

/**
 * The attributes by which a span names whom it calls, the best name first: one list for the service
 * graph of the series and for that of the traces, so that both show the same services.
 */
public final class PeerAttributes {

  /** Any of these alone says that a span calls a database. */
  public static final List<String> DATABASE =
      List.of("db.system.name", "db.system", "db.namespace", "db.name");

  /** What names a database. */
  public static final List<String> DATABASE_PEER =
      List.of(
          "peer.service",
          "service.peer.name",
          "server.address",
          "net.peer.name",
          "network.peer.address",
          "db.namespace",
          "db.name",
          "db.system.name",
          "db.system");

  /** What names a queue. */
  public static final List<String> QUEUE =
      List.of(
          "messaging.destination.template",
          "messaging.destination.name",
          "messaging.destination",
          "messaging.system",
          "peer.service",
          "server.address");

  /** What names any other peer. */
  public static final List<String> PEER =
      List.of(
          "peer.service",
          "service.peer.name",
          "server.address",
          "net.peer.name",
          "network.peer.address",
          "net.peer.ip");

  /** What a span does with a queue, the best name first. */
  public static final List<String> MESSAGING_OPERATION =
      List.of("messaging.operation.type", "messaging.operation", "messaging.operation.name");

  private static final Set<String> TAKING = Set.of("receive", "process", "settle", "poll", "ack");

  private PeerAttributes() {}

  /**
   * Whether a client that does this with a queue takes from it: it asks its broker, and sends
   * nothing to anybody.
   */
  public static boolean isTaking(String messagingOperation) {
    return TAKING.contains(messagingOperation);
  }
}
