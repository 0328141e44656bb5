package io.sluice.sinks.search;

import java.util.List;
import java.util.Map;

/**
 * What a query finds, counted.
 *
 * @param total how many match, exactly
 * @param stepNanos length of a bucket; 0 when nothing was found
 * @param buckets from the oldest line found to the newest, without gaps
 * @param severities counts by the names of {@link Severities#name}, least severe first
 * @param services counts by service, most first: at most {@link #MAX_SERVICES}
 */
public record LogSummary(
    long total,
    long stepNanos,
    List<Bucket> buckets,
    Map<String, Long> severities,
    Map<String, Long> services) {

  public static final int MAX_SERVICES = 50;

  /**
   * One step of time.
   *
   * @param startUnixNano a multiple of the step since 1970
   * @param severities counts of those that there are
   */
  public record Bucket(long startUnixNano, Map<String, Long> severities) {}
}
