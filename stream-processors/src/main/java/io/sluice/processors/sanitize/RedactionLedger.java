package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.Signal;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.Slice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes ledger entries of what was redacted in a request. They go out with the request in one
 * transaction and need no state, so a crash neither loses nor doubles any: a window's count is the
 * sum of its entries. What only counts (shadow rules) changed nothing and is no redaction.
 */
final class RedactionLedger {

  private static final int MAX_SERVICE = 128;
  private static final long NANOS = 1_000_000_000L;

  private final Signal signal;
  private final long windowNanos;

  RedactionLedger(Signal signal, Duration window) {
    this.signal = signal;
    this.windowNanos = window.toNanos();
  }

  /**
   * The entries of a request.
   *
   * @param rulesVersion of the rules that it passed
   * @param now decides the window
   */
  List<Redaction> entries(SanitizedRequest request, long rulesVersion, Instant now) {
    if (request.counts().isEmpty()) {
      return List.of();
    }
    List<String> services = services(request.bytes());
    long nanos = now.getEpochSecond() * NANOS + now.getNano();
    List<Redaction> entries = new ArrayList<>(request.counts().size());
    for (Count count : request.counts()) {
      if (count.enforced()) {
        entries.add(
            Redaction.newBuilder()
                .setRuleId(count.ruleId())
                .setRuleSetVersion(rulesVersion)
                .setSignal(signal)
                .setService(service(services, count.resource()))
                .setFieldPath(count.fieldPath())
                .setAction(count.action())
                .setCount(count.count())
                .setWindowStartUnixNano(nanos - Math.floorMod(nanos, windowNanos))
                .setWindowLengthNanos(windowNanos)
                .build());
      }
    }
    return entries;
  }

  /** None for what stands beside all resources, in a field that this build does not know. */
  private static String service(List<String> services, int resource) {
    return resource < 0 ? "" : services.get(resource);
  }

  /** The service of each resource, from the sanitized bytes. */
  private static List<String> services(byte[] request) {
    List<String> services = new ArrayList<>();
    ProtoReader in = Slice.of(request).reader();
    while (in.next()) {
      if (in.field() == 1 && in.wireType() == ProtoReader.LEN) {
        String name = ResourceGroup.resourceOf(in.slice()).serviceName();
        services.add(name.length() <= MAX_SERVICE ? name : name.substring(0, MAX_SERVICE));
      }
    }
    return services;
  }
}
