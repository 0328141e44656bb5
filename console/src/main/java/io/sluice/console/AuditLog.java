package io.sluice.console;

import com.linecorp.armeria.common.HttpMethod;
import io.sluice.schemas.AuditOutcome;
import io.sluice.schemas.AuditRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed what over HTTP. Each record goes where all of them are kept, and as a line into a
 * logger of its own ({@code sluice.audit}), which is there when Kafka is not. A record has the name
 * of the token, never the token. What somebody was refused is written once a minute, with how often
 * it was before without a record: who may not change anything cannot fill what tells who did.
 */
final class AuditLog {

  private static final Logger log = LoggerFactory.getLogger("sluice.audit");
  private static final int MAX_PATH = 300;
  private static final long REFUSED_EVERY_MILLIS = 60_000;

  private final Clock clock;
  private final LongSupplier ticks;
  private final Consumer<AuditRecord> records;
  private final Map<String, Refusals> refusals = new HashMap<>(); // by name of a token

  /** How often one was refused after the last record. */
  private static final class Refusals {
    private final long writtenAt;
    private int since;

    Refusals(long writtenAt) {
      this.writtenAt = writtenAt;
    }
  }

  /**
   * @param records must not wait: event loops call it
   */
  AuditLog(Clock clock, LongSupplier ticks, Consumer<AuditRecord> records) {
    this.clock = clock;
    this.ticks = ticks;
    this.records = records;
  }

  /**
   * @param status what was answered; 0 when nothing was: what was done until then, nobody knows
   */
  void changed(String user, String address, HttpMethod method, String path, int status) {
    boolean isDone = status >= 200 && status < 400;
    write(
        record(user, address, method, path)
            .setOutcome(isDone ? AuditOutcome.DONE : AuditOutcome.FAILED)
            .setDetail(status == 0 ? "no answer was sent" : "status " + status)
            .build());
  }

  void refused(String user, String address, HttpMethod method, String path) {
    int unwritten = unwritten(user);
    if (unwritten >= 0) {
      write(
          record(user, address, method, path)
              .setOutcome(AuditOutcome.REFUSED)
              .setDetail(
                  "the token may only read"
                      + (unwritten == 0 ? "" : "; so were " + unwritten + " more before"))
              .build());
    }
  }

  /** Refusals without a record before this one; negative when this one gets none either. */
  private synchronized int unwritten(String user) {
    long now = ticks.getAsLong();
    Refusals before = refusals.get(user);
    if (before != null && now - before.writtenAt < REFUSED_EVERY_MILLIS) {
      before.since++;
      return -1;
    }
    refusals.put(user, new Refusals(now));
    return before == null ? 0 : before.since;
  }

  private AuditRecord.Builder record(String user, String address, HttpMethod method, String path) {
    Instant now = clock.instant();
    return AuditRecord.newBuilder()
        .setTimeUnixNano(now.getEpochSecond() * 1_000_000_000L + now.getNano())
        .setUser(user)
        .setOrigin(address)
        .setAction(method.name())
        .setTarget(visible(path));
  }

  private void write(AuditRecord record) {
    log.info(
        "audit: user={} from={} {} {} {}: {}",
        record.getUser(),
        record.getOrigin(),
        record.getOutcome(),
        record.getAction(),
        record.getTarget(),
        record.getDetail());
    records.accept(record);
  }

  /** A path has no line breaks of its own; one that is written into it would forge a line. */
  private static String visible(String path) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(path.length(), MAX_PATH); i++) {
      char c = path.charAt(i);
      out.append(c > ' ' && c < 127 ? c : '?');
    }
    return out.toString();
  }
}
