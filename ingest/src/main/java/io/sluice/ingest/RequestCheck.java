package io.sluice.ingest;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks a request record by record. Without anything to reject the very same bytes go on;
 * otherwise the records that break a limit are cut out and counted, and everything else stays byte
 * for byte.
 */
final class RequestCheck {

  /**
   * What may go on, and what may not.
   *
   * @param accepted the request without rejected records; empty when none is left
   * @param rejected how many records (for metrics: data points) were cut out, by reason
   * @param message why, for the sender; empty when nothing was rejected
   */
  record Result(Slice accepted, Map<Reason, Long> rejected, String message) {
    long rejectedCount() {
      return rejected.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private final RecordLimits limits;
  private final OtlpSignal signal;

  RequestCheck(RecordLimits limits, OtlpSignal signal) {
    this.limits = limits;
    this.signal = signal;
  }

  /**
   * @throws InvalidInputException MALFORMED, when the bytes are not a request at all
   */
  Result check(Slice request) {
    Rejections rejections = new Rejections();
    ProtoReader in = request.reader();
    while (in.next()) {
      if (in.field() == 1) {
        checkResourceGroup(in.slice(), rejections);
      }
    }
    Slice accepted = rejections.starts.isEmpty() ? request : without(request, rejections.starts);
    return new Result(accepted, rejections.counts, rejections.message);
  }

  private void checkResourceGroup(Slice group, Rejections rejections) {
    InvalidInputException ofResource = null;
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == 1) {
        ofResource = limit(() -> limits.checkOwner(in.slice(), 1), ofResource);
      }
    }
    ProtoReader scopes = group.reader();
    while (scopes.next()) {
      if (scopes.field() == 2) {
        checkScopeGroup(scopes.slice(), ofResource, rejections);
      }
    }
  }

  private void checkScopeGroup(
      Slice group, @Nullable InvalidInputException ofResource, Rejections rejections) {
    InvalidInputException ofOwner = ofResource;
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == 1) {
        ofOwner = limit(() -> limits.checkOwner(in.slice(), 3), ofOwner);
      }
    }
    ProtoReader records = group.reader();
    while (records.next()) {
      if (records.field() == 2) {
        Slice record = records.slice();
        InvalidInputException broken = limit(() -> checkRecord(record), ofOwner);
        if (broken != null) {
          rejections.add(record, signal == OtlpSignal.METRICS, broken);
        }
      }
    }
  }

  private void checkRecord(Slice record) {
    switch (signal) {
      case TRACES -> limits.checkSpan(record);
      case LOGS -> limits.checkLog(record);
      case METRICS -> limits.checkMetric(record);
    }
  }

  /** The limit that a check finds broken, or the one found before; malformed bytes go through. */
  private static @Nullable InvalidInputException limit(
      Runnable check, @Nullable InvalidInputException before) {
    try {
      check.run();
      return before;
    } catch (InvalidInputException e) {
      if (e.reason() == Reason.MALFORMED) {
        throw e;
      }
      return e;
    }
  }

  /** The request without the records whose bytes start at these places. */
  private static Slice without(Slice request, Set<Integer> starts) {
    ProtoWriter out = new ProtoWriter(request.length());
    boolean anyLeft = false;
    ProtoReader in = request.reader();
    while (in.next()) {
      if (in.field() != 1) {
        out.raw(in.wholeField());
        continue;
      }
      ProtoWriter group = new ProtoWriter(in.slice().length());
      if (copyResourceGroup(in.slice(), starts, group)) {
        out.bytes(1, group.slice());
        anyLeft = true;
      }
    }
    return anyLeft ? out.slice() : Slice.of(new byte[0]);
  }

  private static boolean copyResourceGroup(Slice group, Set<Integer> starts, ProtoWriter out) {
    boolean anyLeft = false;
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() != 2) {
        out.raw(in.wholeField());
        continue;
      }
      ProtoWriter scope = new ProtoWriter(in.slice().length());
      if (copyScopeGroup(in.slice(), starts, scope)) {
        out.bytes(2, scope.slice());
        anyLeft = true;
      }
    }
    return anyLeft;
  }

  private static boolean copyScopeGroup(Slice group, Set<Integer> starts, ProtoWriter out) {
    boolean anyLeft = false;
    ProtoReader in = group.reader();
    while (in.next()) {
      boolean isRecord = in.field() == 2;
      if (!isRecord || !starts.contains(in.start())) {
        out.raw(in.wholeField());
        anyLeft |= isRecord;
      }
    }
    return anyLeft;
  }

  private static final class Rejections {
    private final Set<Integer> starts = new HashSet<>();
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private String message = "";

    void add(Slice record, boolean isMetric, InvalidInputException why) {
      starts.add(record.start());
      counts.merge(why.reason(), isMetric ? RecordLimits.points(record) : 1, Long::sum);
      if (message.isEmpty()) {
        message = String.valueOf(why.getMessage());
      }
    }
  }
}
