package io.sluice.alerts;

import io.sluice.schemas.InputCause;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.settings.DurationText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Conditions of what an SLO is computed from. An SLO whose windows are late is unknown, not well:
 * its other alerts stay as they are until the windows have come. One whose events have ceased is
 * well by the numbers, and still somebody should look.
 */
final class InputRule implements AlertRule {

  /** What the input lacks. */
  enum Kind {
    LATE("SliInputLate"),
    ABSENT("SliAbsent");

    private final String alertname;

    Kind(String alertname) {
      this.alertname = alertname;
    }
  }

  /**
   * How long an SLO that has events all day may have none. No setting: how many events there were
   * is held against it, so it fits every SLO that has enough, and others have no such alert.
   */
  private static final Duration ABSENT_AFTER = Duration.ofHours(1);

  /**
   * All day: so many events, or slices with events, in each of the 24 hours before. Of so many,
   * which come by chance, none comes in an hour once in e^10 hours: every two and a half years.
   */
  private static final long EVENTS_EACH_HOUR = 10;

  /** How long it takes, at most, to find out whether events of a window are on their way. */
  private static final Duration ASKED_FOR = Duration.ofSeconds(30);

  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration FLAP_HOLD = Duration.ofMinutes(1);
  private static final Duration FLAP_WINDOW = Duration.ofHours(1);

  private final Kind kind;
  private final Slo slo;
  private final Duration limit;
  private final Duration keepFiringFor;
  private final BurnRate firstPolicy;
  private final Links links;
  private final Map<String, String> labels;
  private final String fingerprint;

  /**
   * @param firstPolicy whose reading goes with the alert, as what was last known
   */
  InputRule(Kind kind, Slo slo, AlertsConfig config, BurnRate firstPolicy, Links links) {
    this.kind = kind;
    this.slo = slo;
    this.limit = kind == Kind.LATE ? config.inputLateAfter() : ABSENT_AFTER;
    this.keepFiringFor = config.keepFiringFor();
    this.firstPolicy = firstPolicy;
    this.links = links;
    this.labels = Map.copyOf(AlertRule.labels(kind.alertname, slo, "ticket"));
    this.fingerprint = AlertRule.fingerprint(labels);
  }

  @Override
  public Map<String, String> labels() {
    return labels;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Duration holdFor() {
    return Duration.ZERO;
  }

  @Override
  public Duration keepFiringFor() {
    return keepFiringFor;
  }

  @Override
  public Duration flapHold() {
    return FLAP_HOLD;
  }

  @Override
  public Duration flapWindow() {
    return FLAP_WINDOW;
  }

  @Override
  public boolean isDue(SliHistory history, boolean isOpen, long nowNanos) {
    return kind == Kind.LATE ? isLate(history, nowNanos, limit) : isAbsent(history, isOpen);
  }

  /**
   * Windows are late, or events of theirs. Where nobody knows for so long whether these have come,
   * some stage before holds them.
   */
  static boolean isLate(SliHistory history, long nowNanos, Duration limit) {
    return haveCeased(history, nowNanos, limit)
        || isLate(history, history.knownUntilNanos(), nowNanos, limit.plus(ASKED_FOR));
  }

  /** The next window would be the newest by now, were it not late. */
  static boolean haveCeased(SliHistory history, long nowNanos, Duration limit) {
    return isLate(history, history.newestEndNanos(), nowNanos, limit);
  }

  private static boolean isLate(SliHistory history, long endNanos, long nowNanos, Duration limit) {
    return history.newestEndNanos() != Long.MIN_VALUE
        && nowNanos - endNanos - history.bucketNanos() > limit.toNanos();
  }

  /** What there was before is asked at the begin alone: it ends with an event. */
  private boolean isAbsent(SliHistory history, boolean isOpen) {
    long enough = EVENTS_EACH_HOUR * slo.budgeting().total(1);
    return history.last(limit.toNanos()).total() == 0
        && (isOpen || history.hadEventsInEachHour(limit, DAY, enough));
  }

  @Override
  public AlertLifecycle.Evidence evidence(SliHistory history, boolean due, long nowNanos) {
    long seconds = (nowNanos - history.knownUntilNanos()) / 1_000_000_000L;
    if (kind == Kind.ABSENT) {
      seconds = limit.toSeconds();
    }
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put("summary", summary(due));
    annotations.put("description", description(Duration.ofSeconds(Math.max(0, seconds))));
    links.addTo(annotations, slo.id(), fingerprint, kind.alertname);
    return new AlertLifecycle.Evidence(
        firstPolicy.cause(firstPolicy.read(history)),
        new InputCause(history.knownUntilNanos(), limit.toSeconds(), Math.max(0, seconds)),
        history.newestEndNanos(),
        annotations,
        List.of(),
        List.of(),
        new Budget(slo, history).remaining());
  }

  private String summary(boolean due) {
    if (kind == Kind.LATE) {
      return due
          ? "It is not known whether " + AlertRule.name(slo) + ": its input is late"
          : "The input of " + AlertRule.name(slo) + " has come";
    }
    return due
        ? AlertRule.name(slo) + ": there are no events any more"
        : AlertRule.name(slo) + ": there are events again";
  }

  private String description(Duration seconds) {
    return kind == Kind.LATE
        ? "The newest SLI window that is known to have all its events ended "
            + DurationText.format(seconds)
            + " ago; it may be "
            + DurationText.format(limit)
            + " late. Until one comes that has, none of the SLO's other alerts ends."
        : "There was no event for "
            + DurationText.format(limit)
            + ", and at least "
            + EVENTS_EACH_HOUR
            + (slo.budgeting().slice().isZero() ? "" : " slices with events")
            + " in each of the 24 hours before.";
  }
}
