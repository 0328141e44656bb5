package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import io.sluice.schemas.otlp.SpanView;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When an event is good: it fulfils all that is given. At least one is given.
 *
 * @param noError the span's status is not ERROR
 * @param durationBelow the span took less; null for any duration
 */
public record GoodCondition(boolean noError, @Nullable Duration durationBelow) {

  public GoodCondition {
    unless(
        "noError", noError || durationBelow != null, "true, or a durationBelow", "neither of them");
    unless(
        "durationBelow",
        durationBelow == null || durationBelow.compareTo(Duration.ZERO) > 0,
        "more than zero",
        durationBelow);
  }

  /** Whether a span is good. */
  public boolean isMet(SpanView span) {
    boolean inTime = durationBelow == null || span.durationNanos() < durationBelow.toNanos();
    return inTime && !(noError && span.isError());
  }
}
