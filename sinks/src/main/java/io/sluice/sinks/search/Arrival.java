package io.sluice.sinks.search;

import io.sluice.schemas.Topic;

/**
 * When a record reached Kafka. The time on it was written by whoever sent the telemetry, so it is
 * believed only as far as it is possible: not after now, and not longer ago than the topic keeps
 * records. An honest one is not changed, so it is the same at each reading; a false one makes no
 * more days than the topic has.
 */
final class Arrival {

  private Arrival() {}

  static long of(long writtenMillis, Topic topic, long nowMillis) {
    long earliest = nowMillis - topic.retention().toMillis();
    return Math.max(earliest, Math.min(writtenMillis, nowMillis));
  }
}
