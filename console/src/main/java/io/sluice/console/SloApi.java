package io.sluice.console;

import static java.util.stream.Collectors.groupingBy;

import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.Alert;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.BudgetBurn;
import io.sluice.schemas.SloBackfill;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.definitions.BurnRatePolicy;
import io.sluice.schemas.definitions.EventSelector;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloGroup;
import io.sluice.schemas.settings.DurationText;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SLOs with burn rates, what is known of their budget, and each with its windows. */
final class SloApi {

  private static final Duration WINDOWS_SHOWN = Duration.ofMinutes(15);

  private static final int DEFAULT_SLOS = 100;

  /** In the place of numbers that are not known. */
  private static final String NOT_KNOWN =
      "not known here: windows that long ago are gone from Kafka or from memory, or were corrected"
          + " when they were";

  private final TopicViews views;
  private final SliView windows;
  private final Clock clock;

  SloApi(TopicViews views, SliView windows, Clock clock) {
    this.views = views;
    this.windows = windows;
    this.clock = clock;
  }

  /** A page of them, in the order of the files; without their windows. */
  Object slos(QueryParams query) {
    Parameters parameters = new Parameters(query, Set.of("service", "limit", "cursor"));
    String service = parameters.text("service");
    int limit = parameters.limit(DEFAULT_SLOS);
    int from = parameters.position();
    List<Slo> all =
        views.slos().stream()
            .filter(slo -> service == null || slo.service().equals(service))
            .toList();
    Map<String, List<Alert>> alerts =
        views.alerts().stream()
            .collect(groupingBy(alert -> alert.getLabels().getOrDefault("slo", "")));
    List<Slo> page = all.stream().skip(from).limit(limit).toList();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("slos", page.stream().map(slo -> slo(slo, alerts)).toList());
    json.put("total", all.size());
    json.put("nextCursor", limit < all.size() - from ? String.valueOf(from + limit) : null);
    return json;
  }

  private Map<String, Object> slo(Slo slo, Map<String, List<Alert>> alerts) {
    List<Alert> own = alerts.getOrDefault(idInFile(slo), List.of());
    return windows.ask(slo.id(), history -> slo(slo, sums(slo, history), end(history), own));
  }

  /** What policies ask for at the end of the newest window. */
  private @Nullable SliSums sums(Slo slo, @Nullable SloHistory history) {
    return sums(slo, history, end(history) - SloHistory.FINE.toNanos());
  }

  /** Null while windows are being read. */
  private @Nullable SliSums sums(Slo slo, @Nullable SloHistory history, long from) {
    if (windows.whyUnknown() != null) {
      return null;
    }
    return new SliSums(history, views.budget(slo.id()).orElse(null), from);
  }

  /** One, with windows that start in a time. */
  Object slo(String id, QueryParams query) {
    Parameters parameters = new Parameters(query, Set.of("from", "to", "limit"));
    long to = parameters.time("to", Long.MAX_VALUE);
    long from = parameters.time("from", Math.min(to, nowNanos()) - WINDOWS_SHOWN.toNanos());
    parameters.requireOrder("from", from, "to", to);
    int limit = parameters.limit(Parameters.MAX_LIMIT);
    Slo slo = views.slo(id).orElseThrow(SloApi::undefined);
    List<Alert> alerts = views.alerts();
    return windows.ask(
        id,
        history -> {
          @Nullable SliSums sums = sums(slo, history, Long.MIN_VALUE);
          Map<String, Object> json = slo(slo, sums, end(history), alerts);
          json.put("windows", windows(slo, history, sums, new Range(from, to, limit)));
          json.put("windowsNote", windows.whyUnknown());
          return json;
        });
  }

  static ApiException undefined() {
    return ApiException.notFound("no SLO of this id is defined");
  }

  /** What was left of its budget over time; nothing while nothing is known of it. */
  Object budget(String id, QueryParams query) {
    new Parameters(query, Set.of());
    Slo slo = views.slo(id).orElseThrow(SloApi::undefined);
    SloBudget budget = views.budget(slo.id()).orElse(null);
    Map<String, Object> json = new LinkedHashMap<>();
    if (budget == null) {
      String now = Json.time(nowNanos());
      json.put("from", now);
      json.put("to", now);
      json.put("stepMs", 0);
      json.put("steps", List.of());
      return json;
    }
    windows.requireRead();
    List<SloWindow> known =
        windows.ask(
            slo.id(),
            history ->
                history == null
                    ? List.of()
                    : history.over(BudgetHistory.since(budget), budget.getTimeUnixNano()));
    BudgetHistory history = new BudgetHistory(budget, known);
    json.put("from", Json.time(history.from()));
    json.put("to", Json.time(history.to()));
    json.put("stepMs", Json.millis(history.stepNanos()));
    json.put("steps", history.steps().stream().map(SloApi::step).toList());
    return json;
  }

  private static Map<String, Object> step(BudgetHistory.Step step) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("start", Json.time(step.startNanos()));
    json.put("good", step.good());
    json.put("total", step.total());
    json.put("remaining", step.remaining());
    json.put("complete", step.complete());
    return json;
  }

  /** Which windows are in the answer: those that start in a time, the newest so many of them. */
  private record Range(long fromNanos, long toNanos, int limit) {}

  private Map<String, Object> slo(Slo slo, @Nullable SliSums sums, long end, List<Alert> alerts) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", slo.id());
    json.put("group", slo.group() == null ? null : slo.group().text());
    json.put("groupOf", slo.group() == null ? null : slo.group().sloId());
    json.put("name", slo.displayName());
    json.put("description", slo.description());
    json.put("service", slo.service());
    json.put("objective", slo.objective());
    json.put("period", DurationText.format(slo.period()));
    json.put("signal", slo.signal().name().toLowerCase(Locale.ROOT));
    json.put("selector", selector(slo.selector()));
    json.put("runbook", slo.runbook());
    json.put(
        "policies", slo.policies().stream().map(policy -> policy(slo, policy, sums, end)).toList());
    json.put("budget", views.budget(slo.id()).map(SloApi::budget).orElseGet(SloApi::noBudget));
    json.put("backfill", views.backfill(idInFile(slo)).map(SloApi::backfill).orElse(null));
    json.put(
        "alerts",
        alerts.stream()
            .filter(alert -> isOf(slo, alert.getLabels()))
            .map(AlertApi::alert)
            .toList());
    return json;
  }

  private static String idInFile(Slo slo) {
    return slo.group() == null ? slo.id() : slo.group().sloId();
  }

  static boolean isOf(Slo slo, Map<String, String> labels) {
    SloGroup group = slo.group();
    return group == null
        ? slo.id().equals(labels.get("slo")) && !labels.containsKey("group")
        : group.sloId().equals(labels.get("slo")) && group.label().equals(labels.get("group"));
  }

  private static Map<String, Object> selector(EventSelector selector) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", text(selector.services()));
    json.put("operation", text(selector.operations()));
    json.put("attributes", selector.attributeTexts());
    return json;
  }

  private static @Nullable String text(List<String> names) {
    return names.isEmpty() ? null : String.join(", ", names);
  }

  private Map<String, Object> policy(
      Slo slo, BurnRatePolicy policy, @Nullable SliSums sums, long end) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("severity", policy.severity());
    json.put("threshold", policy.threshold());
    json.put("holdFor", DurationText.format(policy.holdFor()));
    json.put("minimumBadEvents", policy.minimumBadEvents());
    json.put(
        "keepFiringFor",
        policy.keepFiringFor() == null ? null : DurationText.format(policy.keepFiringFor()));
    json.put("long", reading(slo, policy.longWindow(), sums, end));
    json.put("short", reading(slo, policy.shortWindow(), sums, end));
    return json;
  }

  private Map<String, Object> reading(Slo slo, Duration length, @Nullable SliSums sums, long end) {
    SliSums.Counts counts = sums == null ? null : sums.last(length, end);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("window", DurationText.format(length));
    json.put("good", counts == null ? null : counts.good());
    json.put("total", counts == null ? null : counts.total());
    json.put("burnRate", counts == null ? null : counts.burnRate(slo.errorBudget()));
    json.put("note", sums == null ? windows.whyUnknown() : counts == null ? NOT_KNOWN : null);
    return json;
  }

  /** As the alert engine keeps it: over the whole period, or since there are events. */
  private static Map<String, Object> budget(SloBudget budget) {
    Map<String, Object> json = noBudget();
    json.put("good", budget.getGood());
    json.put("total", budget.getTotal());
    json.put("since", Json.time(budget.getSinceUnixNano()));
    json.put("until", Json.time(budget.getTimeUnixNano()));
    json.put("remaining", budget.getRemaining());
    json.put("burnRate", budget.getBurnRate());
    json.put(
        "burnRateWindow", DurationText.format(Duration.ofSeconds(budget.getBurnRateSeconds())));
    json.put("exhaustedAt", time(budget.getExhaustedAtUnixNano()));
    json.put("burns", budget.getBurns().stream().map(SloApi::burn).toList());
    json.put("contributors", budget.getContributors().stream().map(AlertApi::contributor).toList());
    return json;
  }

  /** How far the history from before the SLO's definition is. */
  private static Map<String, Object> backfill(SloBackfill backfill) {
    Map<String, Object> json = new LinkedHashMap<>();
    boolean reading = backfill.getBackfill() == Backfill.READING;
    long records = backfill.getRecords();
    boolean done = backfill.getBackfill() == Backfill.NONE;
    json.put("state", done ? "done" : reading ? "reading" : "sending");
    json.put("records", records);
    json.put("recordsRead", backfill.getRecordsRead());
    json.put(
        "share",
        !reading
            ? 1.0
            : records == 0 ? 0.0 : (double) backfill.getRecordsRead() / (double) records);
    long since = backfill.getCompleteSinceUnixNano();
    json.put("completeSince", since == 0 ? null : Json.time(since));
    return json;
  }

  private static Map<String, Object> noBudget() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("good", 0);
    json.put("total", 0);
    json.put("since", null);
    json.put("remaining", null);
    json.put("burns", List.of());
    json.put("contributors", List.of());
    return json;
  }

  private static Map<String, Object> burn(BudgetBurn burn) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("from", Json.time(burn.getStartUnixNano()));
    json.put("to", Json.time(burn.getEndUnixNano()));
    json.put("bad", burn.getBad());
    json.put("total", burn.getTotal());
    json.put("share", burn.getShare());
    return json;
  }

  private static @Nullable List<Map<String, Object>> windows(
      Slo slo, @Nullable SloHistory history, @Nullable SliSums sums, Range range) {
    if (sums == null) {
      return null;
    }
    List<SloWindow> wanted =
        history == null ? List.of() : history.windows(range.fromNanos(), range.toNanos());
    return wanted.subList(Math.max(0, wanted.size() - range.limit()), wanted.size()).stream()
        .map(window -> window(slo, window, sums))
        .toList();
  }

  private static Map<String, Object> window(Slo slo, SloWindow window, SliSums sums) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("start", Json.time(window.startNanos()));
    json.put("lengthMs", Json.millis(window.lengthNanos()));
    json.put("good", window.good());
    json.put("total", window.total());
    json.put("revision", window.revision());
    json.put("late", window.late());
    json.put("complete", window.complete());
    json.put("burnRates", burnRates(slo, sums, window.endNanos()));
    return json;
  }

  /** As they were at the end of a window, by the length that they look back. */
  private static Map<String, @Nullable Double> burnRates(Slo slo, SliSums sums, long end) {
    Map<String, @Nullable Double> rates = new LinkedHashMap<>();
    for (BurnRatePolicy policy : slo.policies()) {
      for (Duration length : List.of(policy.longWindow(), policy.shortWindow())) {
        SliSums.Counts counts = sums.last(length, end);
        rates.put(
            DurationText.format(length),
            counts == null ? null : counts.burnRate(slo.errorBudget()));
      }
    }
    return rates;
  }

  /** Where a window is missing nothing is known, as the alert engine sees it. */
  private long end(@Nullable SloHistory history) {
    return history == null ? nowNanos() : history.endNanos();
  }

  private long nowNanos() {
    return clock.millis() * 1_000_000;
  }

  private static @Nullable String time(@Nullable Long nanos) {
    return nanos == null ? null : Json.time(nanos);
  }
}
