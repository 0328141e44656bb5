package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.BurnRateCause;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.InputCause;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.settings.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Alerts as they are now, and how they came there, with the numbers that decided it. */
final class AlertApi {

  private final TopicViews views;

  AlertApi(TopicViews views) {
    this.views = views;
  }

  /**
   * Those that fire come first, then those that may, then resolved ones; of each the newest first.
   */
  Object alerts(QueryParams query) {
    Parameters parameters = new Parameters(query, Set.of("limit", "cursor", "slo"));
    int limit = parameters.limit(100);
    int from = parameters.position();
    Predicate<Alert> wanted = ofSlo(parameters.text("slo"));
    List<Alert> alerts =
        views.alerts().stream()
            .filter(wanted)
            .sorted(Comparator.comparingInt(AlertApi::rank))
            .toList();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("alerts", alerts.stream().skip(from).limit(limit).map(AlertApi::alert).toList());
    json.put("total", alerts.size());
    json.put("open", alerts.stream().filter(AlertApi::isOpen).count());
    json.put("nextCursor", limit < alerts.size() - from ? String.valueOf(from + limit) : null);
    json.put("history", history(wanted, limit));
    return json;
  }

  private static int rank(Alert alert) {
    return switch (alert.getState()) {
      case FIRING -> 0;
      case PENDING -> 1;
      case RESOLVED -> 2;
    };
  }

  private static boolean isOpen(Alert alert) {
    return alert.getState() != AlertState.RESOLVED;
  }

  private Predicate<Alert> ofSlo(@Nullable String id) {
    if (id == null) {
      return any -> true;
    }
    Slo slo = views.slo(id).orElseThrow(SloApi::undefined);
    return alert -> SloApi.isOf(slo, alert.getLabels());
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
    json.put("input", input(alert.getInput()));
    json.put("budgetRemaining", alert.getBudgetRemaining());
    json.put("contributors", alert.getContributors().stream().map(AlertApi::contributor).toList());
    List<String> traces = new ArrayList<>();
    for (TraceId trace : alert.getExampleTraces()) {
      traces.add(HexFormat.of().formatHex(trace.bytes()));
    }
    json.put("exampleTraces", traces);
    return json;
  }

  static Map<String, Object> contributor(Contributor contributor) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dimension", contributor.getDimension());
    json.put("value", contributor.getValue());
    json.put("bad", contributor.getBad());
    return json;
  }

  private static @Nullable Map<String, Object> input(@Nullable InputCause input) {
    if (input == null) {
      return null;
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("knownUntil", Json.time(input.getKnownUntilUnixNano()));
    json.put("limit", DurationText.format(Duration.ofSeconds(input.getLimitSeconds())));
    json.put("seconds", input.getSeconds());
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
