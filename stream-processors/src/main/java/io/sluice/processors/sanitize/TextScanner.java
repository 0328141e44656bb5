package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.Sanitizer.Place;
import io.sluice.processors.sanitize.Sanitizer.Watch;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  /** Gets what was found: the rule's number, and the range in the text that was given. */
  @FunctionalInterface
  interface Tally {

    /** Of nothing. */
    Tally NONE = (rule, start, end) -> {};

    void count(int rule, int start, int end);
  }

  private final Sanitizer sanitizer;
  private final Findings enforced = new Findings();
  private final Findings shadowed = new Findings();
  private final int[] seenUpTo;
  private final IntPredicate applies;

  /** Of the last text, the newest first. */
  private List<Edits> edits = List.of();

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
    return sanitize(text, start, end, Tally.NONE);
  }

  /**
   * Looks at a text.
   *
   * @param tally gets each finding; a place may come several times, when what replacing brought
   *     together is a secret again
   * @return the text with what was found replaced; null when it stays
   */
  @Nullable Slice sanitize(byte[] text, int start, int end, Tally tally) {
    scan(text, start, end);
    for (int i = 0; i < shadowed.size(); i++) {
      tally.count(shadowed.rule(i), shadowed.start(i), shadowed.end(i));
    }
    edits = List.of();
    if (enforced.isEmpty()) {
      return null;
    }
    edits = new ArrayList<>(1);
    Slice result = Slice.of(text);
    for (int round = 0; round < MAX_ROUNDS && !enforced.isEmpty(); round++) {
      enforced.join();
      count(tally);
      Edits made = new Edits(from);
      result = replaced(made);
      edits.add(0, made);
      scan(result.array(), result.start(), result.end());
    }
    return result;
  }

  /** What the enforced rules find, before overlaps are joined. Good until the next text. */
  Findings find(byte[] text, int start, int end) {
    scan(text, start, end);
    return enforced;
  }

  /**
   * Where a place of the last text is in what became of it; of a place in something that was
   * replaced, where the replacement begins.
   */
  int placeInResult(int place) {
    int now = place;
    for (int i = edits.size() - 1; i >= 0; i--) {
      now = edits.get(i).after(now);
    }
    return now;
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

  private void count(Tally tally) {
    for (int i = 0; i < enforced.size(); i++) {
      int start = enforced.start(i);
      int end = enforced.end(i);
      for (Edits made : edits) {
        start = made.startBefore(start);
        end = made.endBefore(end);
      }
      tally.count(enforced.rule(i), start, end);
    }
  }

  private Slice replaced(Edits edits) {
    ProtoWriter out = new ProtoWriter(to - from + 64);
    int copied = from;
    for (int i = 0; i < enforced.size(); i++) {
      int start = enforced.start(i);
      int end = enforced.end(i);
      out.raw(buf, copied, start);
      int startAfter = out.size();
      out.raw(sanitizer.rule(enforced.rule(i)).replacement(buf, start, end));
      edits.add(start, end, startAfter, out.size());
      copied = end;
    }
    out.raw(buf, copied, to);
    return out.slice();
  }
}
