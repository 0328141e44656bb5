package io.sluice.schemas;

import java.time.Duration;

/**
 * One topic of the catalogue: what it carries and how it is kept. The name is without namespace;
 * {@link Namespace#topic} adds it.
 *
 * @param name name without namespace
 * @param key what the key is, for people
 * @param value what the value is, for people
 * @param compacted whether the broker keeps the last record of each key
 * @param retention how long every record is kept at least; zero for a topic where only the last of
 *     each key counts
 * @param partitions 0 for the cluster's configured default, else a fixed number
 * @param restricted whether records may hold what was not sanitized, so that only the named writer
 *     and the sanitizer (or the dead letter commands) may read it
 * @param writers the roles that write it
 */
public record Topic(
    String name,
    String key,
    String value,
    boolean compacted,
    Duration retention,
    int partitions,
    boolean restricted,
    String writers) {

  /** A topic of a processor's own whose records are kept for some time. */
  public static Topic records(
      String name, String key, String value, Duration retention, String writer) {
    return new Topic(name, key, value, false, retention, 0, false, writer);
  }

  /** A topic of a processor's own that keeps the last record of each key. */
  public static Topic latest(String name, String key, String value, String writer) {
    return new Topic(name, key, value, true, Duration.ZERO, 0, false, writer);
  }
}
