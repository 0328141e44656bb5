package io.sluice.processors.spanmetrics;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.RankedStatement;
import io.sluice.schemas.Reason;
import io.sluice.schemas.TraceId;
import java.util.Arrays;

/** Calls of one shape of a statement: how many, how many failed, how long, and the slowest. */
final class StatementCalls {

  private static final double P95 = 0.95;
  private static final int TRACE_ID = 16;

  private final MergeableHistogram durations = new MergeableHistogram();
  private final byte[] slowestIds = new byte[ExemplarSlots.IDS];
  private double errors;
  private double slowestSeconds = -1;
  private long slowestNanos;
  private boolean slowestHasIds;

  /** Counts a call; a sampled one counts as often as it stands for. */
  void record(MeasuredSpan span) {
    durations.record(span.seconds(), span.weight());
    errors += span.fields().isError() ? span.weight() : 0;
    if (span.seconds() > slowestSeconds) {
      slowestSeconds = span.seconds();
      slowestNanos = span.endNanos();
      slowestHasIds = span.fields().hasIds();
      if (slowestHasIds) {
        span.fields().copyIds(slowestIds, 0);
      }
    }
  }

  double calls() {
    return durations.count();
  }

  double seconds() {
    return durations.sum();
  }

  double errors() {
    return errors;
  }

  double slowestSeconds() {
    return Math.max(0, slowestSeconds);
  }

  void merge(StatementCalls other) {
    durations.merge(other.durations);
    errors += other.errors;
    if (other.slowestSeconds > slowestSeconds) {
      slowestSeconds = other.slowestSeconds;
      slowestNanos = other.slowestNanos;
      slowestHasIds = other.slowestHasIds;
      System.arraycopy(other.slowestIds, 0, slowestIds, 0, slowestIds.length);
    }
  }

  void clear() {
    durations.clear();
    errors = 0;
    slowestSeconds = -1;
    slowestNanos = 0;
    slowestHasIds = false;
  }

  void pack(Packer out) {
    durations.pack(out);
    out.amount(errors).real(slowestSeconds).signed(slowestNanos);
    out.bytes(slowestIds, 0, slowestHasIds ? slowestIds.length : 0);
  }

  /** Adds packed ones, which were checked. */
  void merge(Unpacker in) {
    durations.merge(in);
    errors += in.amount();
    double itsSlowest = in.real();
    long itsNanos = in.signed();
    int length = in.length();
    int ids = in.skip(length);
    if (itsSlowest > slowestSeconds) {
      slowestSeconds = itsSlowest;
      slowestNanos = itsNanos;
      slowestHasIds = length > 0;
      System.arraycopy(in.array(), ids, slowestIds, 0, length);
    }
  }

  /** Reads over packed ones, to know that they can be merged. */
  static void check(Unpacker in) {
    MergeableHistogram.check(in);
    double errors = in.amount();
    double slowest = in.real();
    in.signed();
    int length = in.length();
    in.skip(length);
    boolean possible = errors >= 0 && errors < Double.POSITIVE_INFINITY;
    possible &= slowest >= -1 && slowest < Double.POSITIVE_INFINITY;
    if (!possible || (length != 0 && length != ExemplarSlots.IDS)) {
      throw new InvalidInputException(
          Reason.INVALID, "partial calls of a statement are impossible");
    }
  }

  RankedStatement toRecord(String digest, String statement) {
    return RankedStatement.newBuilder()
        .setDigest(digest)
        .setStatement(statement)
        .setCalls(calls())
        .setErrors(errors)
        .setSeconds(seconds())
        .setP95Seconds(Math.min(durations.quantile(P95), slowestSeconds()))
        .setSlowestSeconds(slowestSeconds())
        .setSlowestTimeUnixNano(slowestNanos)
        .setSlowestTraceId(slowestHasIds ? new TraceId(Arrays.copyOf(slowestIds, TRACE_ID)) : null)
        .build();
  }
}
