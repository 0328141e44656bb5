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
 * @param retention how long records are kept; zero for a topic that is only compacted
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
    String writers) {}
