package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.Alert;
import io.sluice.schemas.BurnRateCause;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.settings.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Alerts as they are now, and how they came there, with the numbers that decided it. */
final class AlertApi {

  private final TopicViews views;

  AlertApi(TopicViews views) {
    this.views = views;
  }

  Object alerts(QueryParams query) {
    int limit = new Parameters(query, Set.of("limit")).limit(100);
    return Map.of(
        "alerts", views.alerts().stream().limit(limit).map(AlertApi::alert).toList(),
        "history", history(any -> true, limit));
  }

  Object alert(String fingerprint, QueryParams query) {
    int limit = new Parameters(query, Set.of("limit")).limit(100);
    Alert current =
        views
            .alert(fingerprint)
            .orElseThrow(() -> ApiException.notFound("no alert has this fingerprint"));
    Map<String, Object> json = alert(current);
    json.put("history", history(past -> past.getFingerprint().equals(fingerprint), limit));
    return json;
  }

  private List<Map<String, Object>> history(Predicate<Alert> wanted, int limit) {
    return views.transitions().stream().filter(wanted).limit(limit).map(AlertApi::alert).toList();
  }

  static Map<String, Object> alert(Alert alert) {
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
