package io.sluice.console;

import io.sluice.schemas.Alert;
import io.sluice.schemas.BurnRateCause;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.definitions.BurnRatePolicy;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.settings.DurationText;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** SLOs with their windows, and alerts with the numbers that decided them. */
final class SloApi {

  /** The windows that a chart shows. */
  private static final Duration CHART = Duration.ofMinutes(15);

  private final TopicViews views;
  private final Clock clock;

  SloApi(TopicViews views, Clock clock) {
    this.views = views;
    this.clock = clock;
  }

  Object slos() {
    return Map.of("slos", views.slos().slos().stream().map(this::slo).toList());
  }

  Object slo(String id) {
    return views.slos().slos().stream()
        .filter(slo -> slo.id().equals(id))
        .findFirst()
        .map(this::slo)
        .orElseThrow(() -> ApiException.notFound("no SLO of this id is defined"));
  }

  Object alerts() {
    return Map.of(
        "alerts", views.alerts().stream().map(SloApi::alert).toList(),
        "history", views.transitions().stream().map(SloApi::alert).toList());
  }

  private Map<String, Object> slo(Slo slo) {
    long now = clock.millis() * 1_000_000;
    List<SliWindow> day = views.windows(slo.id(), 0);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", slo.id());
    json.put("name", slo.displayName());
    json.put("description", slo.description());
    json.put("service", slo.service());
    json.put("objective", slo.objective());
    json.put("period", DurationText.format(slo.period()));
    json.put("runbook", slo.runbook());
    json.put(
        "policies", slo.policies().stream().map(policy -> policy(slo, policy, day, now)).toList());
    json.put("budget", budget(slo, day));
    json.put(
        "windows",
        day.stream()
            .filter(window -> window.getStartTimeUnixNano() >= now - CHART.toNanos())
            .map(SloApi::window)
            .toList());
    json.put(
        "alerts",
        views.alerts().stream()
            .filter(alert -> slo.id().equals(alert.getLabels().get("slo")))
            .map(SloApi::alert)
            .toList());
    return json;
  }

  private static Map<String, Object> policy(
      Slo slo, BurnRatePolicy policy, List<SliWindow> day, long now) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("severity", policy.severity());
    json.put("threshold", policy.threshold());
    json.put("holdFor", DurationText.format(policy.holdFor()));
    json.put("long", reading(slo, policy.longWindow(), day, now));
    json.put("short", reading(slo, policy.shortWindow(), day, now));
    return json;
  }

  private static Map<String, Object> reading(
      Slo slo, Duration length, List<SliWindow> day, long now) {
    long end = day.isEmpty() ? now : newestEnd(day);
    long good = 0;
    long total = 0;
    for (SliWindow window : day) {
      if (window.getStartTimeUnixNano() >= end - length.toNanos()) {
        good += window.getGood();
        total += window.getTotal();
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("window", DurationText.format(length));
    json.put("good", good);
    json.put("total", total);
    json.put("burnRate", burnRate(slo, good, total));
    return json;
  }

  /** Over what is known, which is at most a day here; the page says since when. */
  private static Map<String, Object> budget(Slo slo, List<SliWindow> day) {
    long good = day.stream().mapToLong(SliWindow::getGood).sum();
    long total = day.stream().mapToLong(SliWindow::getTotal).sum();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("good", good);
    json.put("total", total);
    json.put("since", day.isEmpty() ? null : Json.time(day.get(0).getStartTimeUnixNano()));
    json.put("remaining", total == 0 ? null : 1 - burnRate(slo, good, total));
    return json;
  }

  private static double burnRate(Slo slo, long good, long total) {
    return total == 0 ? 0 : (double) (total - good) / (double) total / slo.errorBudget();
  }

  private static long newestEnd(List<SliWindow> windows) {
    SliWindow newest = windows.get(windows.size() - 1);
    return newest.getStartTimeUnixNano() + newest.getLengthNanos();
  }

  private static Map<String, Object> window(SliWindow window) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("start", Json.time(window.getStartTimeUnixNano()));
    json.put("lengthMs", Json.millis(window.getLengthNanos()));
    json.put("good", window.getGood());
    json.put("total", window.getTotal());
    json.put("revision", window.getRevision());
    json.put("late", window.getLateCount());
    return json;
  }

  private static Map<String, Object> alert(Alert alert) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("fingerprint", alert.getFingerprint());
    json.put("transition", alert.getTransition());
    json.put("state", alert.getState().name());
    json.put("labels", alert.getLabels());
    json.put("annotations", alert.getAnnotations());
    json.put("startsAt", Json.time(alert.getStartsAtUnixNano()));
    json.put(
        "endsAt", alert.getEndsAtUnixNano() == 0 ? null : Json.time(alert.getEndsAtUnixNano()));
    json.put("time", Json.time(alert.getTimeUnixNano()));
    json.put("cause", cause(alert.getCause()));
    List<String> traces = new ArrayList<>();
    for (TraceId trace : alert.getExampleTraces()) {
      traces.add(HexFormat.of().formatHex(trace.bytes()));
    }
    json.put("exampleTraces", traces);
    return json;
  }

  private static Map<String, Object> cause(BurnRateCause cause) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("objective", cause.getObjective());
    json.put("threshold", cause.getThreshold());
    json.put("longWindow", DurationText.format(Duration.ofSeconds(cause.getLongWindowSeconds())));
    json.put("longBurnRate", cause.getLongBurnRate());
    json.put("longGood", cause.getLongGood());
    json.put("longTotal", cause.getLongTotal());
    json.put("shortWindow", DurationText.format(Duration.ofSeconds(cause.getShortWindowSeconds())));
    json.put("shortBurnRate", cause.getShortBurnRate());
    json.put("shortGood", cause.getShortGood());
    json.put("shortTotal", cause.getShortTotal());
    return json;
  }
}
