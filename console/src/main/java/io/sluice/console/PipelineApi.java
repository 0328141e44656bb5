package io.sluice.console;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.HealthReport;
import io.sluice.schemas.stage.StageMeters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The pipeline itself: health, what goes through each stage here, who runs elsewhere, dead letters.
 */
final class PipelineApi {

  private final MeterRegistry registry;
  private final DeadLetterView letters;
  private final Supplier<Map<String, Health>> health;
  private final OtherStages others;
  private final Set<String> extraServices;

  /**
   * @param extraServices paths that the console serves besides its own, for the page to know
   */
  PipelineApi(
      MeterRegistry registry,
      DeadLetterView letters,
      Supplier<Map<String, Health>> health,
      OtherStages others,
      Set<String> extraServices) {
    this.registry = registry;
    this.letters = letters;
    this.health = health;
    this.others = others;
    this.extraServices = Set.copyOf(extraServices);
  }

  HttpResponse live() {
    return reply(HealthReport.live(health.get()));
  }

  HttpResponse ready() {
    return reply(HealthReport.ready(health.get()));
  }

  Object stages(QueryParams query) {
    new Parameters(query, Set.of());
    List<Map<String, Object>> stages = new ArrayList<>();
    Map<String, Health> here = health.get();
    here.forEach((name, state) -> stages.add(stage(name, state)));
    return Map.of(
        "stages", stages, "elsewhere", elsewhere(here.keySet()), "extraServices", extraServices);
  }

  /** Stages that this process is not, by their consumer groups. */
  private Map<String, Object> elsewhere(Set<String> here) {
    OtherStages.Report report = others.report();
    List<Map<String, Object>> stages = new ArrayList<>();
    for (OtherStages.Stage stage : report.stages()) {
      if (!here.contains(stage.name())) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("stage", stage.name());
        json.put("group", stage.group());
        json.put("running", stage.members() > 0);
        json.put("members", stage.members());
        json.put("lag", stage.lag());
        stages.add(json);
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("stages", stages);
    json.put("problem", report.problem());
    return json;
  }

  /** Where each came from and what was wrong; never what it carries. */
  Object deadLetters(QueryParams query) {
    int limit = new Parameters(query, Set.of("limit")).limit(100);
    letters.requireRead();
    List<Map<String, Object>> lines = new ArrayList<>();
    for (DeadLetterLine letter : letters.first(limit)) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", letter.id());
      json.put("time", Instant.ofEpochMilli(letter.timeMillis()).toString());
      json.put("stage", letter.stage());
      json.put("reason", letter.reason());
      json.put("message", letter.message());
      json.put("topic", letter.topic());
      json.put("partition", letter.partition());
      json.put("offset", letter.offset());
      lines.add(json);
    }
    return Map.of("deadLetters", lines);
  }

  private static HttpResponse reply(HealthReport report) {
    return Json.reply(report.ok() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, report);
  }

  private Map<String, Object> stage(String name, Health state) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("stage", name);
    json.put("ready", state.ready());
    json.put("detail", state.detail());
    json.put("in", count(name, "in"));
    json.put("out", count(name, "out"));
    json.put("dead", dead(name));
    json.put("lag", (long) gauge(StageMeters.LAG, name));
    json.put("eventDelayMs", gauge(StageMeters.EVENT_DELAY, name) * 1000);
    Timer timer = registry.find(StageMeters.PROCESSING).tags("stage", name).timer();
    json.put("processingMs", timer == null ? 0 : timer.mean(TimeUnit.MICROSECONDS) / 1000);
    return json;
  }

  private long count(String stage, String direction) {
    Counter counter =
        registry.find(StageMeters.RECORDS).tags("stage", stage, "direction", direction).counter();
    return counter == null ? 0 : (long) counter.count();
  }

  private Map<String, Long> dead(String stage) {
    Map<String, Long> byReason = new TreeMap<>();
    for (Counter counter : registry.find(StageMeters.DEAD).tags("stage", stage).counters()) {
      if (counter.count() > 0) {
        byReason.put(String.valueOf(counter.getId().getTag("reason")), (long) counter.count());
      }
    }
    return byReason;
  }

  private double gauge(String name, String stage) {
    Gauge gauge = registry.find(name).tags("stage", stage).gauge();
    return gauge == null || Double.isNaN(gauge.value()) ? 0 : gauge.value();
  }
}
