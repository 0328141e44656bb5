package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.processors.sanitize.logs.BodyCutter;
import io.sluice.processors.sanitize.logs.LogChange;
import io.sluice.processors.sanitize.logs.LogShaper;
import io.sluice.schemas.InvalidInputException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes secrets out of logs requests and gives their records one shape. The order is on purpose:
 *
 * <ol>
 *   <li>rules look at each body as it came, since what stands around a value tells what it is: a
 *       rule for text knows {@code "pin": 1234} in a JSON body, and no longer the value alone
 *   <li>records are shaped
 *   <li>when that changed something, rules look at the result: fields of a body are attributes now,
 *       and rules for keys see them. So a secret is found that either view shows
 *   <li>long bodies are cut, when nothing in them is half a secret any more
 * </ol>
 *
 * A request that is clean and in shape passes as the same array. Reusable; not safe for use by
 * several threads.
 */
final class LogSanitizer {

  private final RequestSanitizer sanitizer;
  private final LogShaper shaper;
  private final BodyCutter cutter;
  private final Map<LogChange, Long> changes = new EnumMap<>(LogChange.class);

  /**
   * @param sanitizer of logs requests, with these rules
   */
  LogSanitizer(RequestSanitizer sanitizer, Sanitizer rules, SanitizeConfig config) {
    this.sanitizer = sanitizer;
    int maxBody = config.maxLogBody().toIntExact();
    this.shaper = new LogShaper(config.parseLogBodies(), maxBody, rules::isRedacted);
    this.cutter = new BodyCutter(maxBody);
  }

  /**
   * Sanitizes and shapes one request.
   *
   * @throws InvalidInputException when it is no OTLP or nested too deep
   */
  @SuppressWarnings("ArrayEquals") // the same array says that nothing changed
  SanitizedRequest sanitize(byte[] request) {
    changes.clear();
    SanitizedRequest sanitized = sanitizer.sanitize(request);
    byte[] bytes = shaper.shape(sanitized.bytes());
    changes.putAll(shaper.counts());
    List<Count> counts = sanitized.counts();
    if (bytes != sanitized.bytes()) {
      SanitizedRequest again = sanitizer.sanitize(bytes);
      bytes = again.bytes();
      counts = joined(counts, again.counts());
    }
    bytes = cutter.cut(bytes);
    if (cutter.count() > 0) {
      changes.put(LogChange.CUT, cutter.count());
    }
    return new SanitizedRequest(bytes, counts);
  }

  /** To how many records of the last request what happened; valid until the next. */
  Map<LogChange, Long> changes() {
    return changes;
  }

  /**
   * What an enforced rule finds the second time is new, since what it found the first time is gone.
   * What a rule in shadow found stays and is found again: of such a rule the counts are those of
   * the pass that found more, since fields show to rules for keys only in the second, and some
   * values to rules for text only in the first.
   */
  private static List<Count> joined(List<Count> first, List<Count> second) {
    Map<Integer, Long> more = new HashMap<>();
    second.forEach(count -> more.merge(count.rule(), count.count(), Long::sum));
    first.forEach(count -> more.merge(count.rule(), -count.count(), Long::sum));
    List<Count> all = new ArrayList<>();
    for (Count count : first) {
      if (count.enforced() || more.getOrDefault(count.rule(), 0L) <= 0) {
        all.add(count);
      }
    }
    for (Count count : second) {
      if (count.enforced() || more.getOrDefault(count.rule(), 0L) > 0) {
        all.add(count);
      }
    }
    return all;
  }
}
