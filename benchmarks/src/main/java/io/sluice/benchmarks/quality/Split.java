package io.sluice.benchmarks.quality;

import java.util.List;

/**
 * Two halves with other seeds, other words, other names and other notations. Whoever works on rules
 * looks at the first only.
 */
enum Split {
  SHOWN(1, "shown"),
  HELD_OUT(7919, "held out");

  private final long seed;
  private final String label;

  Split(long seed, String label) {
    this.seed = seed;
    this.label = label;
  }

  Dice dice(String purpose) {
    return new Dice(seed * 1_000_003 + purpose.hashCode());
  }

  String label() {
    return label;
  }

  /** What belongs to this half. */
  <T> List<T> of(List<T> shown, List<T> heldOut) {
    return this == SHOWN ? shown : heldOut;
  }

  List<String> services() {
    return of(
        List.of("checkout", "orders", "cart", "catalogue", "billing", "gateway"),
        List.of("telemetry-agent", "Inventar", "kundenportal", "risk_engine", "notifier", "etl"));
  }

  List<String> users() {
    return of(
        List.of("ann", "bob.smith", "maria", "li-wei", "svc_orders"),
        List.of("j.doe", "root", "Zoë", "batch01", "CORP\\mueller"));
  }

  List<String> hosts() {
    return of(
        List.of("db.internal", "cache-2", "mq.prod.example", "10.2.0.17"),
        List.of("pg-0.pg.svc.cluster.local", "eu-west-1.rds.example", "[::1]", "192.168.7.3"));
  }

  /** What happened. */
  List<String> events() {
    return of(
        List.of("connect", "retry", "load config", "request refused", "start worker"),
        List.of("handshake", "bootstrap", "Verbindung aufgebaut", "flush", "job 17 failed"));
  }
}
