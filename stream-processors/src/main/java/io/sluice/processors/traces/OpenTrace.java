package io.sluice.processors.traces;

import io.sluice.schemas.CloseReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a trace that is not closed: enough to decide when it is. Not its spans' bytes.
 */
final class OpenTrace {

  private final int firstVersion;
  private final long firstArrivalMillis;
  private long lastArrivalMillis;
  private long nextFragment;
  private long bytes;
  private int spans;
  private boolean rootSeen;

  /** Content by span id; of a collision the first. */
  private final Map<Long, Integer> contents = new HashMap<>();

  /** The further spans of ids that several share, as client and server do in Zipkin. */
  private final Set<SpanRef> sharedIds = new HashSet<>();

  /** Parents that spans name and that have not come. */
  private final Set<Long> missingParents = new HashSet<>();

  /**
   * @param firstVersion version of the next record of this trace; more than 1 when it was emitted
   *     before and this is what came late
   */
  OpenTrace(int firstVersion, long arrivalMillis) {
    this.firstVersion = firstVersion;
    this.firstArrivalMillis = arrivalMillis;
    this.lastArrivalMillis = arrivalMillis;
  }

  /** Whether this very span is here already, as retries make them. */
  boolean has(SpanRef span) {
    Integer content = contents.get(span.id());
    return content != null && (content == span.content() || sharedIds.contains(span));
  }

  /** Adds a fragment and says under which number to store it. */
  long add(List<SpanRef> refs, long size, long arrivalMillis) {
    for (SpanRef span : refs) {
      Integer first = contents.putIfAbsent(span.id(), span.content());
      if (first != null && first != span.content()) {
        sharedIds.add(span);
      }
      missingParents.remove(span.id());
      if (span.isRoot()) {
        rootSeen = true;
      } else if (!contents.containsKey(span.parent())) {
        missingParents.add(span.parent());
      }
    }
    spans += refs.size();
    bytes += size;
    lastArrivalMillis = Math.max(lastArrivalMillis, arrivalMillis);
    return nextFragment++;
  }

  int version() {
    return firstVersion;
  }

  int spans() {
    return spans;
  }

  long bytes() {
    return bytes;
  }

  long firstArrivalMillis() {
    return firstArrivalMillis;
  }

  long lastArrivalMillis() {
    return lastArrivalMillis;
  }

  Set<Long> missingParents() {
    return missingParents;
  }

  private boolean isLate() {
    return firstVersion > 1;
  }

  private boolean isComplete() {
    return rootSeen && missingParents.isEmpty();
  }

  /** When it is due to be closed, as things stand. Age ends the wait of all, however busy. */
  long deadlineMillis(TracesConfig config) {
    Duration quiet = isComplete() || isLate() ? config.settle() : config.inactivity();
    return Math.min(
        lastArrivalMillis + quiet.toMillis(), firstArrivalMillis + config.maxAge().toMillis());
  }

  /** Why it is to be closed at this moment, or that it is not. */
  Optional<CloseReason> closeReason(TracesConfig config, long nowMillis) {
    if (nowMillis < deadlineMillis(config)) {
      return Optional.empty();
    }
    if (isLate()) {
      return Optional.of(CloseReason.LATE);
    }
    if (isComplete()) {
      return Optional.of(CloseReason.COMPLETE);
    }
    boolean quiet = nowMillis >= lastArrivalMillis + config.inactivity().toMillis();
    return Optional.of(quiet ? CloseReason.INACTIVE : CloseReason.AGE);
  }

  /** Whether a fragment of this size still fits. An empty trace takes any. */
  boolean hasRoomFor(int moreSpans, long moreBytes, TracesConfig config) {
    return spans == 0
        || (spans + moreSpans <= config.maxSpans()
            && bytes + moreBytes <= config.maxBytes().bytes());
  }
}
