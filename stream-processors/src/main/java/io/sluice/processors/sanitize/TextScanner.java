package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.Sanitizer.Place;
import io.sluice.processors.sanitize.Sanitizer.Watch;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Sanitizer} over texts, one after the other. Text in which nothing is found is read
 * and left; nothing is allocated for it. Not safe for use by several threads.
 */
final class TextScanner implements Detector.Found, NumberShapes.Found {

  /**
   * What replacing brings together may be a secret again, so what goes out has been looked at too.
   * A rule that finds its own placeholder is not followed for ever.
   */
  private static final int MAX_ROUNDS = 4;

  private final Sanitizer sanitizer;
  private final Findings enforced = new Findings();
  private final Findings shadowed = new Findings();
  private final int[] seenUpTo;
  private final IntPredicate applies;

  private byte[] buf = {};
  private int from;
  private int to;
  private int rule;

  TextScanner(Sanitizer sanitizer) {
    this(sanitizer, rule -> true);
  }

  /**
   * @param applies asked about a rule that found something: whether it looks here
   */
  TextScanner(Sanitizer sanitizer, IntPredicate applies) {
    this.applies = applies;
    this.sanitizer = sanitizer;
    this.seenUpTo = new int[sanitizer.watchCount()];
  }

  Sanitizer sanitizer() {
    return sanitizer;
  }

  /** Looks at a text without counting. */
  @Nullable Slice sanitize(byte[] text, int start, int end) {
    return sanitize(text, start, end, found -> {});
  }

  /**
   * Looks at a text.
   *
   * @param counts gets the number of the rule for each finding
   * @return the text with what was found replaced; null when it stays
   */
  @Nullable Slice sanitize(byte[] text, int start, int end, IntConsumer counts) {
    scan(text, start, end);
    count(shadowed, counts);
    Slice result = null;
    for (int round = 0; round < MAX_ROUNDS && !enforced.isEmpty(); round++) {
      enforced.join();
      count(enforced, counts);
      result = replaced();
      scan(result.array(), result.start(), result.end());
    }
    return result;
  }

  /** What the enforced rules find, before overlaps are joined. Good until the next text. */
  Findings find(byte[] text, int start, int end) {
    scan(text, start, end);
    return enforced;
  }

  /** Takes what a detector found. */
  @Override
  public void add(int start, int end) {
    Rule finder = sanitizer.rule(rule);
    if (!sanitizer.isRedacted(buf, from, to, start, end)
        && !finder.leaves(buf, start, end)
        && applies.test(rule)) {
      (finder.enforced() ? enforced : shadowed).add(start, end, rule);
    }
  }

  @Override
  public void add(int rule, int start, int end) {
    this.rule = rule;
    add(start, end);
  }

  private void scan(byte[] text, int start, int end) {
    buf = text;
    from = start;
    to = end;
    enforced.clear();
    shadowed.clear();
    LiteralAutomaton anchors = sanitizer.anchors();
    long hit = anchors.find(text, start, end, anchors.start());
    if (hit != LiteralAutomaton.NONE) {
      Arrays.fill(seenUpTo, start);
    }
    while (hit != LiteralAutomaton.NONE) {
      int position = LiteralAutomaton.position(hit);
      int state = LiteralAutomaton.state(hit);
      for (int found : anchors.found(state)) {
        look(sanitizer.place(found), position);
      }
      hit = anchors.find(text, position, end, state);
    }
    for (int cardRule : sanitizer.cardRules()) {
      rule = cardRule;
      CardNumbers.find(text, start, end, this);
    }
    sanitizer.numbers().find(text, start, end, this);
  }

  private void look(Place place, int position) {
    int number = place.watch();
    if (position > seenUpTo[number] && place.vicinity().allows(buf, from, to, position)) {
      Watch watch = sanitizer.watch(number);
      rule = watch.rule();
      int seen = seenUpTo[number];
      seenUpTo[number] = watch.detector().look(buf, from, to, seen, position, this);
    }
  }

  private static void count(Findings findings, IntConsumer counts) {
    for (int i = 0; i < findings.size(); i++) {
      counts.accept(findings.rule(i));
    }
  }

  private Slice replaced() {
    ProtoWriter out = new ProtoWriter(to - from + 64);
    int copied = from;
    for (int i = 0; i < enforced.size(); i++) {
      int start = enforced.start(i);
      int end = enforced.end(i);
      out.raw(buf, copied, start);
      out.raw(sanitizer.rule(enforced.rule(i)).replacement(buf, start, end));
      copied = end;
    }
    out.raw(buf, copied, to);
    return out.slice();
  }
}
