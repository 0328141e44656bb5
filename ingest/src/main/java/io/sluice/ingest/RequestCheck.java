package io.sluice.ingest;

import io.sluice.ingest.RecordLimits.Broken;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
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
   * @param grown is told how much memory a copy takes, before it is made
   * @throws InvalidInputException MALFORMED, when the bytes are not a request at all
   */
  Result check(Slice request, LongConsumer grown) {
    Rejections rejections = new Rejections();
    ProtoReader in = request.reader();
    while (in.next()) {
      if (in.field() == 1) {
        checkResourceGroup(in.slice(), rejections);
      }
    }
    Slice accepted = request;
    if (!rejections.isEmpty()) {
      grown.accept(request.length());
      accepted = without(request, rejections);
    }
    return new Result(accepted, rejections.counts, rejections.message);
  }

  private void checkResourceGroup(Slice group, Rejections rejections) {
    Broken ofResource = checkOwner(group, 1);
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == 2) {
        checkScopeGroup(in.slice(), ofResource, rejections);
      }
    }
  }

  private void checkScopeGroup(Slice group, @Nullable Broken ofResource, Rejections rejections) {
    Broken ofScope = checkOwner(group, 3);
    Broken ofOwner = ofResource == null ? ofScope : ofResource;
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() == 2) {
        Slice record = in.slice();
        Broken ofRecord = checkRecord(record);
        Broken broken = ofOwner == null ? ofRecord : ofOwner;
        if (broken != null) {
          rejections.add(record, signal == OtlpSignal.METRICS, broken);
        }
      }
    }
  }

  /** The resource or scope of a group, in whose field 1 it is; it may come behind its records. */
  private @Nullable Broken checkOwner(Slice group, int attributesField) {
    Broken broken = null;
    long size = 0;
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() != 2) {
        size += in.wholeField().length();
      }
      if (in.field() == 1) {
        Slice owner = in.slice();
        Broken found = tooDeepOr(() -> limits.checkOwner(owner, attributesField));
        broken = broken == null ? found : broken;
      }
    }
    return broken == null ? limits.checkOwnerSize(size) : broken;
  }

  private @Nullable Broken checkRecord(Slice record) {
    return tooDeepOr(
        () ->
            switch (signal) {
              case TRACES -> limits.checkSpan(record);
              case LOGS -> limits.checkLog(record);
              case METRICS -> limits.checkMetric(record);
            });
  }

  /** Groups (the obsolete wire type) that are nested too deep condemn only their record. */
  private static @Nullable Broken tooDeepOr(Supplier<@Nullable Broken> check) {
    try {
      return check.get();
    } catch (InvalidInputException e) {
      if (e.reason() == Reason.MALFORMED) {
        throw e;
      }
      return new Broken(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private static Slice without(Slice request, Rejections rejections) {
    ProtoWriter out = new ProtoWriter(request.length());
    boolean anyLeft = false;
    ProtoReader in = request.reader();
    while (in.next()) {
      if (in.field() != 1) {
        out.raw(in.wholeField());
        continue;
      }
      int before = out.size();
      int start = out.begin(1);
      if (copyResourceGroup(in.slice(), rejections, out)) {
        out.end(start);
        anyLeft = true;
      } else {
        out.cut(before);
      }
    }
    return anyLeft ? out.slice() : Slice.empty();
  }

  private static boolean copyResourceGroup(Slice group, Rejections rejections, ProtoWriter out) {
    boolean anyLeft = false;
    ProtoReader in = group.reader();
    while (in.next()) {
      if (in.field() != 2) {
        out.raw(in.wholeField());
        continue;
      }
      int before = out.size();
      int start = out.begin(2);
      if (copyScopeGroup(in.slice(), rejections, out)) {
        out.end(start);
        anyLeft = true;
      } else {
        out.cut(before);
      }
    }
    return anyLeft;
  }

  private static boolean copyScopeGroup(Slice group, Rejections rejections, ProtoWriter out) {
    boolean anyLeft = false;
    ProtoReader in = group.reader();
    while (in.next()) {
      boolean isRecord = in.field() == 2;
      if (!isRecord || !rejections.takeIfNext(in.start())) {
        out.raw(in.wholeField());
        anyLeft |= isRecord;
      }
    }
    return anyLeft;
  }

  /** Where the rejected records start, in the order of the request; read back in the same order. */
  private static final class Rejections {
    private int[] starts = new int[16];
    private int size;
    private int taken;
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private String message = "";

    boolean isEmpty() {
      return size == 0;
    }

    void add(Slice record, boolean isMetric, Broken why) {
      if (size == starts.length) {
        starts = Arrays.copyOf(starts, size * 2);
      }
      starts[size++] = record.start();
      counts.merge(why.reason(), isMetric ? RecordLimits.points(record) : 1, Long::sum);
      if (message.isEmpty()) {
        message = why.message();
      }
    }

    boolean takeIfNext(int start) {
      boolean isNext = taken < size && starts[taken] == start;
      taken += isNext ? 1 : 0;
      return isNext;
    }
  }
}
