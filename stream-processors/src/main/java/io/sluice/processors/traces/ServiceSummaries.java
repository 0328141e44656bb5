package io.sluice.processors.traces;

import io.sluice.schemas.ServiceSummary;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.schemas.trace.SpanTree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** What each service did in a trace, added up span by span. */
final class ServiceSummaries {

  private static final int MOST = 100;

  private static final class Sum {
    private int spans;
    private int errors;
    private double adjustedSpans;
    private double adjustedErrors;
    private long selfNanos;
    private long pathNanos;
    private long clockShift;
  }

  private final TreeMap<String, Sum> byName = new TreeMap<>();

  void add(String service, SpanTree tree, int i, long selfNanos, long pathNanos) {
    Sum sum = byName.computeIfAbsent(service, unused -> new Sum());
    SpanView span = tree.span(i);
    double standsFor = span.adjustedCount();
    sum.spans++;
    sum.adjustedSpans += standsFor;
    if (span.isError()) {
      sum.errors++;
      sum.adjustedErrors += standsFor;
    }
    sum.selfNanos = saturated(sum.selfNanos, selfNanos);
    sum.pathNanos = saturated(sum.pathNanos, pathNanos);
    long shift = tree.clockShift(i);
    if (Math.abs(shift) > Math.abs(sum.clockShift)) {
      sum.clockShift = shift;
    }
  }

  /** The names, sorted. */
  List<String> names(int most) {
    List<String> names = new ArrayList<>(byName.keySet());
    return names.size() <= most ? names : names.subList(0, most);
  }

  /** Those with the most spans, by name. */
  List<ServiceSummary> largest() {
    int enough = byName.size() <= MOST ? 0 : spansOfThe(MOST);
    List<ServiceSummary> largest = new ArrayList<>();
    byName.forEach(
        (service, sum) -> {
          if (sum.spans >= enough && largest.size() < MOST) {
            largest.add(summary(service, sum));
          }
        });
    return largest;
  }

  private int spansOfThe(int rank) {
    return byName.values().stream()
        .map(sum -> sum.spans)
        .sorted(Comparator.reverseOrder())
        .skip(rank - 1)
        .findFirst()
        .orElse(0);
  }

  private static ServiceSummary summary(String service, Sum sum) {
    return new ServiceSummary(
        service,
        sum.spans,
        sum.errors,
        sum.adjustedSpans,
        sum.adjustedErrors,
        sum.selfNanos,
        sum.pathNanos,
        sum.clockShift);
  }

  private static long saturated(long sum, long more) {
    long added = sum + more;
    return added < 0 ? Long.MAX_VALUE : added;
  }
}
