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

  /** How many bytes the first pass reads before rules look at what it found there. */
  private static final int BLOCK = 8192;

  private static final byte[] NO_TEXT = {};
  private static final int[] NO_RULES = {};

  /** Longer values say themselves what they are. */
  private static final int MAX_BEHIND_KEY = 256;

  /** So much of a key is near its value. */
  private static final int MAX_KEY = 128;

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
  private final List<DecodedText> decoded = new ArrayList<>(DecodedText.MAX_LAYERS);
  private final Hits hits = new Hits();
  private final int[] seenUpTo;
  private final IntPredicate applies;

  /** Of the last text, the newest first. */
  private List<Edits> edits = List.of();

  private byte[] text = NO_TEXT;
  private int textStart;
  private int textEnd;
  private @Nullable JsonDocument document;
  private boolean documentKnown;

  // What is looked at: the text, or what it becomes when it is decoded.
  private byte[] buf = NO_TEXT;
  private int from;
  private int to;
  private int rule;
  private int layer;
  private boolean encoded;
  private boolean numberAnnounced;

  /** How many bytes at the start of the text are the key of what is looked at. */
  private int keyLength;

  /** Whether only rules look for which words in the key may decide. */
  private boolean announcing;

  /** Whether what such a word announces is a number that may count something, by its key. */
  private boolean count;

  /** Whether it is known that numbers measure something, so that none is a card. */
  private boolean measured;

  /** Lets every rule look. */
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
    scanInside(text, start, end);
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
      Edits made = new Edits(textStart);
      result = replaced(made);
      edits.add(0, made);
      scanInside(result.array(), result.start(), result.end());
    }
    return result;
  }

  /** Looks at a number of which its key says that it measures something: it is no card. */
  @Nullable Slice sanitizeMeasured(byte[] text, int start, int end, Tally tally) {
    measured = true;
    try {
      return sanitize(text, start, end, tally);
    } finally {
      measured = false;
    }
  }

  /**
   * Looks once more at a short value, for what only its key tells: the rules that go by words near
   * see the key before it. Of digits alone that do not begin with 0, phones are found only when the
   * key ends with their word: other keys have counts, times and ids.
   *
   * @return the value with what was found replaced; null when it stays
   */
  @Nullable Slice sanitizeBehind(Slice key, byte[] value, int start, int end, Tally tally) {
    if (end - start > MAX_BEHIND_KEY || isStructure(value, start, end)) {
      return null;
    }
    int near = Math.min(key.length(), MAX_KEY);
    byte[] both = new byte[near + 1 + end - start];
    System.arraycopy(key.array(), key.end() - near, both, 0, near);
    both[near] = '\n'; // no part of any name, nor of what follows one
    System.arraycopy(value, start, both, near + 1, end - start);
    announcing = true;
    count =
        isNumber(value, start, end)
            && !sanitizer.isNumbersName(key.array(), key.start(), key.end());
    try {
      return sanitizeBehind(both, near + 1, tally);
    } finally { // else the next text would be looked at by these rules alone
      announcing = false;
      count = false;
    }
  }

  /**
   * Looks at an argument of a command as the value of the one before it.
   *
   * @param option with what separates it from its value
   * @return the value with what was found replaced; null when it stays
   */
  @Nullable Slice sanitizeArgument(byte[] option, Slice value, Tally tally) {
    byte[] both = Arrays.copyOf(option, option.length + value.length());
    System.arraycopy(value.array(), value.start(), both, option.length, value.length());
    return sanitizeBehind(both, option.length, tally);
  }

  private @Nullable Slice sanitizeBehind(byte[] both, int valueStart, Tally tally) {
    keyLength = valueStart;
    try {
      Slice left = sanitize(both, 0, both.length, tally);
      return left == null ? null : new Slice(left.array(), left.start() + valueStart, left.end());
    } finally {
      keyLength = 0;
    }
  }

  private static boolean isNumber(byte[] value, int start, int end) {
    int i = start;
    while (i < end && Ascii.isDigit(value[i])) {
      i++;
    }
    return i == end && end > start && value[start] != '0';
  }

  private static boolean isStructure(byte[] value, int start, int end) {
    return end > start && (value[start] == '{' || value[start] == '[');
  }

  /**
   * What the enforced rules find in a text as it stands, before overlaps are joined. Good until the
   * next text.
   */
  Findings find(byte[] text, int start, int end) {
    begin(text, start, end);
    documentKnown = true; // none
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

  /** Holds the last text no longer. */
  void forget() {
    begin(NO_TEXT, 0, 0);
    buf = NO_TEXT;
    edits = List.of();
  }

  /** Takes what a detector found. */
  @Override
  public void add(int start, int end) {
    Rule finder = sanitizer.rule(rule);
    if (!sanitizer.isRedacted(buf, from, to, start, end)
        && !finder.leaves(buf, start, end)
        && applies.test(rule)) {
      addInText(finder, start, end);
    }
  }

  private void addInText(Rule finder, int start, int end) {
    int first = start;
    int last = end;
    if (layer > 0) {
      DecodedText inside = decoded.get(layer - 1);
      first = inside.startInText(start);
      last = inside.endInText(end - 1);
    }
    boolean asked = finder.goesByWordNear() && !(count && finder.findsPhones());
    if (first < textStart + keyLength || (announcing && !asked)) {
      return;
    }
    if (!finder.escapes()) {
      JsonDocument json = document();
      long bounds = json == null ? JsonDocument.NONE : json.bounds(first, last);
      if (json != null) {
        first = JsonDocument.start(bounds);
        last = JsonDocument.end(bounds);
        if (bounds == JsonDocument.NONE
            || sanitizer.isRedacted(text, textStart, textEnd, first, last)) {
          return;
        }
      }
    }
    (finder.enforced() ? enforced : shadowed).add(first, last, rule, layer);
  }

  private @Nullable JsonDocument document() {
    if (!documentKnown) {
      document = JsonDocument.of(text, textStart, textEnd);
      documentKnown = true;
    }
    return document;
  }

  @Override
  public void add(int rule, int start, int end) {
    this.rule = rule;
    add(start, end);
  }

  /** Looks at a text and at what it becomes when it is decoded. */
  private void scanInside(byte[] bytes, int start, int end) {
    begin(bytes, start, end);
    scan(bytes, start, end);
    if (!encoded) {
      return;
    }
    while (encoded && layer < DecodedText.MAX_LAYERS && decode(layer)) {
      layer++;
      DecodedText inside = decoded.get(layer - 1);
      scan(inside.bytes(), 0, inside.size());
    }
    layer = 0;
    shadowed.joinAlike();
  }

  private void begin(byte[] newText, int start, int end) {
    enforced.clear();
    shadowed.clear();
    text = newText;
    textStart = start;
    textEnd = end;
    document = null;
    documentKnown = false;
    layer = 0;
  }

  private boolean decode(int depth) {
    if (decoded.size() == depth) {
      decoded.add(new DecodedText());
    }
    DecodedText inside = decoded.get(depth);
    return depth == 0
        ? inside.decode(text, textStart, textEnd)
        : inside.decode(decoded.get(depth - 1));
  }

  private void scan(byte[] bytes, int start, int end) {
    buf = bytes;
    from = start;
    to = end;
    encoded = false;
    numberAnnounced = false;
    LiteralAutomaton anchors = sanitizer.anchors();
    int state = anchors.start();
    boolean clean = true;
    int read = start;
    while (read < end) {
      int block = read;
      read = Math.min(end - block, BLOCK) + block;
      state = anchors.findAll(bytes, block, read, state, hits);
      if (clean && hits.size() > 0) {
        Arrays.fill(seenUpTo, start);
        clean = false;
      }
      for (int i = 0; i < hits.size(); i++) {
        for (int found : anchors.found(hits.state(i))) {
          look(sanitizer.place(found), hits.position(i));
        }
      }
    }
    lookAtNumbers();
  }

  private void lookAtNumbers() {
    int shortest = sanitizer.shortestNumber();
    long run = NumberRuns.next(buf, from, to, shortest);
    while (run != NumberRuns.NONE) {
      int start = NumberRuns.start(run);
      int end = NumberRuns.end(run);
      for (int cardRule : measured ? NO_RULES : sanitizer.cardRules()) {
        rule = cardRule;
        CardNumbers.find(buf, from, to, start, end, sanitizer.placeholders(), this);
      }
      sanitizer.numbers().findInRun(buf, from, to, start, end, numberAnnounced, this);
      run = NumberRuns.next(buf, end, to, shortest);
    }
  }

  private void look(Place place, int position) {
    int number = place.watch();
    if (number == sanitizer.encodingSign()) {
      encoded = encoded || place.vicinity().allows(buf, from, to, position);
    } else if (number == sanitizer.numberSign()) {
      numberAnnounced = numberAnnounced || place.vicinity().allows(buf, from, to, position);
    } else if (position > seenUpTo[number] && place.vicinity().allows(buf, from, to, position)) {
      Watch watch = sanitizer.watch(number);
      Detector detector = watch.detector();
      rule = watch.rule();
      boolean looks =
          (layer == 0 || detector.looksInside())
              && (!detector.asksForField() || applies.test(rule));
      int seen = seenUpTo[number];
      seenUpTo[number] = looks ? detector.look(buf, from, to, seen, position, this) : to;
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

  private Slice replaced(Edits made) {
    ProtoWriter out = new ProtoWriter(textEnd - textStart + 64);
    Notation notation = new Notation(text, textStart, textEnd, document());
    int copied = textStart;
    for (int i = 0; i < enforced.size(); i++) {
      int start = enforced.start(i);
      int end = enforced.end(i);
      out.raw(text, copied, start);
      int startAfter = out.size();
      out.raw(notation.fit(replacement(i), start, end));
      made.add(start, end, startAfter, out.size());
      copied = end;
    }
    out.raw(text, copied, textEnd);
    return out.slice();
  }

  /** What takes the place of a finding, made of what was found: it may stand there encoded. */
  private Slice replacement(int finding) {
    byte[] secret = text;
    int start = enforced.start(finding);
    int end = enforced.end(finding);
    for (int i = 0; i < enforced.layer(finding); i++) {
      DecodedText inside = new DecodedText();
      inside.decode(secret, start, end);
      secret = inside.bytes();
      start = 0;
      end = inside.size();
    }
    return sanitizer.rule(enforced.rule(finding)).replacement(secret, start, end);
  }
}
