package io.sluice.schemas.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What was redacted where, which services leak most, and what is new.
 *
 * @param places the most often changed first
 * @param services that with most redactions first
 * @param fresh places whose rule, service and field were seen together in the last day and not in
 *     the week before it, the newest first
 * @param knowsBefore false when the ledger has nothing of that week, so that all is new to it
 */
public record LedgerReport(
    List<RedactedTotal> places,
    List<ServiceTotal> services,
    List<RedactedTotal> fresh,
    boolean knowsBefore) {

  /** What counts as new since yesterday. */
  public static final Duration NEW = Duration.ofDays(1);

  /** How far back is looked for a place before it is called new. */
  public static final Duration BEFORE = Duration.ofDays(7);

  public LedgerReport {
    places = List.copyOf(places);
    services = List.copyOf(services);
    fresh = List.copyOf(fresh);
  }

  /**
   * A service's part.
   *
   * @param count of all its redactions
   * @param rules how many rules found something
   * @param fields in how many fields
   */
  public record ServiceTotal(String service, long count, int rules, int fields) {}

  private record Combination(String ruleId, String service, String fieldPath) {
    static Combination of(RedactedTotal total) {
      RedactedPlace place = total.place();
      return new Combination(place.ruleId(), place.service(), place.fieldPath());
    }
  }

  private static final Comparator<RedactedTotal> BY_PLACE =
      Comparator.comparing((RedactedTotal total) -> total.place().ruleId())
          .thenComparing(total -> total.place().service())
          .thenComparing(total -> total.place().fieldPath())
          .thenComparing(total -> total.place().signal())
          .thenComparing(total -> total.place().action());
  private static final Comparator<RedactedTotal> MOST_FIRST =
      Comparator.comparingLong(RedactedTotal::count).reversed().thenComparing(BY_PLACE);
  private static final Comparator<RedactedTotal> NEWEST_FIRST =
      Comparator.comparingLong(RedactedTotal::firstNanos).reversed().thenComparing(BY_PLACE);

  /**
   * Answers from sums over three times.
   *
   * @param asked the time that is asked about
   * @param lastDay the last {@link #NEW}
   * @param before {@link #BEFORE} the last day
   * @param wanted which places are asked about
   */
  public static LedgerReport of(
      LedgerTotals asked,
      LedgerTotals lastDay,
      LedgerTotals before,
      Predicate<RedactedPlace> wanted) {
    Set<Combination> known = new HashSet<>();
    before.all().forEach(total -> known.add(Combination.of(total)));
    List<RedactedTotal> places = in(asked, wanted, MOST_FIRST);
    List<RedactedTotal> fresh =
        in(lastDay, wanted, NEWEST_FIRST).stream()
            .filter(total -> !total.place().isOthers() && !known.contains(Combination.of(total)))
            .toList();
    return new LedgerReport(places, services(places), fresh, !known.isEmpty());
  }

  /**
   * The report as JSON objects.
   *
   * @param limit of each list
   */
  public Map<String, Object> json(int limit) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("total", places.stream().mapToLong(RedactedTotal::count).sum());
    json.put("places", places.size());
    json.put("redactions", places.stream().limit(limit).map(LedgerReport::json).toList());
    json.put("services", services.stream().limit(limit).map(LedgerReport::json).toList());
    json.put("new", fresh.stream().limit(limit).map(LedgerReport::json).toList());
    json.put("knowsBefore", knowsBefore);
    return json;
  }

  private static Map<String, Object> json(RedactedTotal total) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rule", total.place().ruleId());
    json.put("rulesVersion", total.rulesVersion());
    json.put("signal", total.place().signal().name());
    json.put("service", total.place().service());
    json.put("field", total.place().fieldPath());
    json.put("action", total.place().action().name());
    json.put("count", total.count());
    json.put("first", time(total.firstNanos()));
    json.put("last", time(total.lastNanos()));
    return json;
  }

  private static Map<String, Object> json(ServiceTotal total) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", total.service());
    json.put("count", total.count());
    json.put("rules", total.rules());
    json.put("fields", total.fields());
    return json;
  }

  private static String time(long nanos) {
    return Instant.ofEpochSecond(0, nanos).toString();
  }

  private static List<RedactedTotal> in(
      LedgerTotals totals, Predicate<RedactedPlace> wanted, Comparator<RedactedTotal> order) {
    return totals.all().stream().filter(total -> wanted.test(total.place())).sorted(order).toList();
  }

  private static List<ServiceTotal> services(Collection<RedactedTotal> places) {
    Map<String, List<RedactedTotal>> byService = new HashMap<>();
    for (RedactedTotal total : places) {
      byService.computeIfAbsent(total.place().service(), service -> new ArrayList<>()).add(total);
    }
    return byService.entrySet().stream()
        .map(entry -> service(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparingLong(ServiceTotal::count)
                .reversed()
                .thenComparing(ServiceTotal::service))
        .toList();
  }

  private static ServiceTotal service(String name, List<RedactedTotal> places) {
    return new ServiceTotal(
        name,
        places.stream().mapToLong(RedactedTotal::count).sum(),
        (int) places.stream().map(total -> total.place().ruleId()).distinct().count(),
        (int) places.stream().map(total -> total.place().fieldPath()).distinct().count());
  }
}
