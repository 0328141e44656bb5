package io.sluice.processors.sanitize;

import io.sluice.processors.sanitize.RecordDropper.Unit;
import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Signal;
import io.sluice.schemas.otlp.ByteRange;
import io.sluice.schemas.otlp.FieldPath;
import io.sluice.schemas.otlp.OtlpRewriter;
import io.sluice.schemas.otlp.OtlpVisitor;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of OTLP requests of one signal, wherever text or a number can stand, and counts
 * them by rule and field. Reusable; not safe for use by several threads.
 */
final class RequestSanitizer {

  /**
   * Different fields counted apart in one request; more are counted under the record as a whole.
   */
  static final int MAX_FIELDS = 256;

  /** Smaller numbers have too few digits for a card; other rules look for text. */
  private static final long MIN_NUMBER = 1_000_000_000_000L;

  /** The same for those whose key says what they are: phones have seven digits at least. */
  private static final long MIN_ANNOUNCED = 1_000_000;

  private record Place(int resource, int rule, String path) {}

  private static final byte[] NO_OPTION = {};
  private static final int MAX_OPTION = 64;
  private static final Slice DOT = Slice.of(new byte[] {'.'});

  /** Keys of which it is remembered which rules' expressions fit. */
  private static final int REMEMBERED_KEYS = 1024;

  private final Signal signal;
  private final Sanitizer sanitizer;
  private final PathText paths;
  private final StatementPlace statement = new StatementPlace();
  private final OtlpRewriter rewriter;
  private final Map<Place, Long> counts = new LinkedHashMap<>();

  /** Why records go; each with the first place at which a rule said so. */
  private final Map<Unit, Place> drops = new LinkedHashMap<>();

  RequestSanitizer(Sanitizer sanitizer, Signal signal) {
    this.signal = signal;
    this.sanitizer = sanitizer;
    this.paths = new PathText(sanitizer);
    this.rewriter = new OtlpRewriter(signal, new Visitor());
  }

  long rulesVersion() {
    return sanitizer.version();
  }

  /**
   * Sanitizes one request.
   *
   * @throws InvalidInputException when it is no OTLP or nested too deep
   */
  SanitizedRequest sanitize(byte[] request) {
    counts.clear();
    drops.clear();
    statement.begin();
    byte[] bytes = rewriter.rewrite(request);
    if (!drops.isEmpty()) {
      bytes = withoutDropped(bytes);
    }
    return new SanitizedRequest(bytes, counts.isEmpty() ? List.of() : counted());
  }

  private byte[] withoutDropped(byte[] request) {
    Map<Unit, Long> records = new HashMap<>();
    byte[] left =
        new RecordDropper(signal, drops.keySet(), unit -> records.merge(unit, 1L, Long::sum))
            .drop(request);
    // One where the secret stood beside records: it is gone all the same.
    drops.forEach((unit, place) -> add(place, records.getOrDefault(unit, 1L)));
    return left;
  }

  private List<Count> counted() {
    List<Count> list = new ArrayList<>(counts.size());
    counts.forEach(
        (place, count) -> {
          Rule rule = sanitizer.rule(place.rule());
          list.add(
              new Count(
                  place.resource(),
                  place.rule(),
                  rule.id(),
                  rule.action(),
                  rule.enforced(),
                  place.path(),
                  count));
        });
    return list;
  }

  private void count(FieldPath path, int rule) {
    Place place = new Place(path.resource(), rule, paths.of(path));
    if (counts.size() >= MAX_FIELDS && !counts.containsKey(place)) {
      place = new Place(path.resource(), rule, PathText.root(path));
    }
    if (sanitizer.rule(rule).dropsRecord()) {
      drops.putIfAbsent(Unit.of(path), place);
    } else {
      add(place, 1);
    }
  }

  private void add(Place place, long count) {
    counts.merge(place, count, Long::sum);
  }

  /** Asks the rules about each field. */
  private final class Visitor implements OtlpVisitor {

    private final TextScanner scanner = new TextScanner(sanitizer, this::looksHere);
    private final StatementSanitizer statements = new StatementSanitizer();
    private final StatementSanitizer.OtherRules otherRules = this::scan;
    private final KeyLookup keys = new KeyLookup(sanitizer, REMEMBERED_KEYS);
    private final TextScanner.Tally counter = (rule, start, end) -> count(rule);
    private final IntPredicate hides = this::hides;
    private final IntPredicate closes = this::closes;
    private final ByteRange name = new ByteRange();
    private final ByteRange value = new ByteRange();

    /** Keys that no rule names, and texts in which no rule found anything, wherever they stand. */
    private final SeenTexts plainKeys = new SeenTexts();

    private final SeenTexts cleanTexts = new SeenTexts();

    private final byte[] digits = new byte[20];
    private @Nullable FieldPath current;
    private boolean dropping;

    /** Rules in shadow that found something in this field in the look before; and in this one. */
    private final BitSet foundBefore = new BitSet();

    private final BitSet foundNow = new BitSet();

    /** For each length of the path whether its last keys announce the value. */
    private boolean[] announced = new boolean[16];

    /** The option before in a list of arguments, with a blank; and how long its path was. */
    private byte[] option = NO_OPTION;

    private int optionSize;

    /** Whether a rule asked where the text stands, so that the answer holds for this place only. */
    private boolean placeAsked;

    /** Whether what is looked at need be no text: control characters are then data. */
    private boolean binary;

    @Override
    public @Nullable Slice attribute(FieldPath path, ByteRange key, ByteRange keyed) {
      begin(path);
      option = NO_OPTION;
      boolean inStatement = statement.isAround(path);
      boolean around = isAnnounced(path, path.size() - 1);
      announce(path.size(), around);
      if (plainKeys.contains(key.array(), key.start(), key.end())) {
        return null;
      }
      boolean announces = sanitizer.announces(key.array(), key.start(), key.end());
      announce(path.size(), around || announces);
      name.set(key.array(), key.start(), key.end());
      value.set(keyed.array(), keyed.start(), keyed.end());
      placeAsked = false;
      int number = keys.rule(key.array(), key.start(), key.end(), hides, closes);
      if (number == KeyLookup.NONE) {
        if (!placeAsked && !announces) {
          plainKeys.add(key.array(), key.start(), key.end());
        }
        return null;
      }
      Rule rule = sanitizer.rule(number);
      if (rule.isOfStatements()) {
        if (!inStatement) {
          statement.enter(path, number);
        }
        return null; // its texts come next
      }
      KeyedValue hidden = new KeyedValue(value.slice());
      if (hidden.isEmpty() || isRedacted(hidden.text())) {
        return null;
      }
      RequestSanitizer.this.count(path, number);
      if (!rule.enforced()) {
        return null;
      }
      Slice replacement = rule.dropsField() ? DROP : hidden.under(rule);
      return rule.keepsParts() ? lookedAt(replacement) : replacement;
    }

    private boolean isRedacted(@Nullable Slice text) {
      return text != null && sanitizer.isRedacted(text.array(), text.start(), text.end());
    }

    /** What a mask leaves may be a secret by itself, to another rule. */
    private Slice lookedAt(Slice replacement) {
      Slice left = scan(replacement.array(), replacement.start(), replacement.end());
      return left == null ? replacement : left;
    }

    @Override
    public @Nullable Slice text(FieldPath path, ByteRange text) {
      begin(path);
      if (statement.covers(path)) {
        return statement(text.slice());
      }
      Slice argument = isUnderKey(path) ? argument(path, text) : null;
      if (argument != null) {
        return argument;
      }
      if (cleanTexts.contains(text.array(), text.start(), text.end())) {
        return behindKey(path, text.array(), text.start(), text.end(), null);
      }
      placeAsked = false;
      Slice left = scan(text.array(), text.start(), text.end());
      if (left == null && !placeAsked) {
        cleanTexts.add(text.array(), text.start(), text.end());
      }
      return behindKey(path, text.array(), text.start(), text.end(), left);
    }

    private static boolean isUnderKey(FieldPath path) {
      return path.size() > 0 && path.name(path.size() - 1) == null;
    }

    /** The same of an argument of a command, which the one before it may name. */
    private @Nullable Slice argument(FieldPath path, ByteRange text) {
      byte[] before = path.size() == optionSize ? option : NO_OPTION;
      int length = text.end() - text.start();
      boolean isOption = length > 2 && startsOption(text);
      option = isOption && length <= MAX_OPTION ? optionOf(text) : NO_OPTION;
      optionSize = path.size();
      if (before.length == 0 || isOption) {
        return null;
      }
      beginLook();
      Slice left = scanner.sanitizeArgument(before, text.slice(), counter);
      return dropping ? DROP : left;
    }

    private static boolean startsOption(ByteRange text) {
      return text.array()[text.start()] == '-' && text.array()[text.start() + 1] == '-';
    }

    private static byte[] optionOf(ByteRange text) {
      byte[] copy = Arrays.copyOfRange(text.array(), text.start(), text.end() + 1);
      copy[copy.length - 1] = ' ';
      return copy;
    }

    private void announce(int size, boolean announces) {
      if (size >= announced.length) {
        announced = Arrays.copyOf(announced, size * 2);
      }
      announced[size] = announces;
    }

    /** Whether what stands at this length of the path is a key that announces, or behind one. */
    private boolean isAnnounced(FieldPath path, int size) {
      return size > 0 && path.name(size - 1) == null && announced[size];
    }

    private boolean isNumbersName(FieldPath path) {
      if (!isAnnounced(path, path.size())) {
        return false;
      }
      Slice key = keysOf(path);
      return sanitizer.isNumbersName(key.array(), key.start(), key.end());
    }

    /**
     * What becomes of a value under a key that says what it is.
     *
     * @param left what rules left of it that look at the value alone; null when all
     */
    @SuppressWarnings("ReferenceEquality") // DROP is known by its identity
    private @Nullable Slice behindKey(
        FieldPath path, byte[] text, int start, int end, @Nullable Slice left) {
      if (left == DROP || !isAnnounced(path, path.size())) {
        return left;
      }
      Slice now = left == null ? new Slice(text, start, end) : left;
      beginLook();
      Slice more =
          scanner.sanitizeBehind(keysOf(path), now.array(), now.start(), now.end(), counter);
      return dropping ? DROP : more == null ? left : more;
    }

    /** The keys at the end of a path, as one. */
    private Slice keysOf(FieldPath path) {
      int first = path.size() - 1;
      while (isAnnounced(path, first)) {
        first--;
      }
      Slice last = path.key(path.size() - 1);
      if (first == path.size() - 1) {
        return last;
      }
      ProtoWriter joined = new ProtoWriter(64);
      for (int i = first; i < path.size() - 1; i++) {
        joined.raw(path.key(i));
        joined.raw(DOT);
      }
      joined.raw(last);
      return joined.slice();
    }

    @SuppressWarnings("ReferenceEquality") // the same slice says that nothing was found
    private @Nullable Slice statement(Slice text) {
      Rule rule = sanitizer.rule(statement.rule());
      if (rule.leaves(text.array(), text.start(), text.end())) {
        return scan(text.array(), text.start(), text.end());
      }
      Slice scrubbed = statements.scrub(statement.dialect(), text);
      if (scrubbed != null) {
        count(statement.rule());
      }
      if (!rule.enforced()) {
        return scan(text.array(), text.start(), text.end());
      }
      if (scrubbed != null && rule.dropsField()) {
        return DROP;
      }
      Slice left =
          statements.settle(statement.dialect(), scrubbed == null ? text : scrubbed, otherRules);
      return left == text ? null : left;
    }

    @Override
    public @Nullable Slice bytes(FieldPath path, ByteRange bytes) {
      begin(path);
      return behindKey(path, bytes.array(), bytes.start(), bytes.end(), scanBinary(bytes));
    }

    @Override
    public @Nullable Slice integer(FieldPath path, long number) {
      if (number < MIN_NUMBER && !(number >= MIN_ANNOUNCED && isNumbersName(path))) {
        return null;
      }
      int start = digits.length;
      for (long rest = number; rest > 0; rest /= 10) {
        digits[--start] = (byte) ('0' + rest % 10);
      }
      begin(path);
      Slice left = number < MIN_NUMBER ? null : scanNumber(path, start);
      return behindKey(path, digits, start, digits.length, left);
    }

    private @Nullable Slice scanNumber(FieldPath path, int start) {
      Slice key = isUnderKey(path) ? path.key(path.size() - 1) : null;
      if (key == null || !Measure.isName(key)) {
        return scan(digits, start, digits.length);
      }
      beginLook();
      Slice left = scanner.sanitizeMeasured(digits, start, digits.length, counter);
      return dropping ? DROP : left;
    }

    @Override
    public boolean unknown(FieldPath path, ByteRange field) {
      begin(path);
      return scanBinary(field) == null;
    }

    private @Nullable Slice scanBinary(ByteRange bytes) {
      binary = true;
      Slice left = scan(bytes.array(), bytes.start(), bytes.end());
      binary = false;
      return left;
    }

    private @Nullable Slice scan(byte[] text, int start, int end) {
      beginLook();
      Slice left = scanner.sanitize(text, start, end, counter);
      return dropping ? DROP : left;
    }

    /** Comes to a field, at which several looks are taken. */
    private void begin(FieldPath path) {
      current = path;
      foundBefore.clear();
      foundNow.clear();
    }

    private void beginLook() {
      dropping = false;
      foundBefore.or(foundNow);
      foundNow.clear();
    }

    private void count(int rule) {
      if (!sanitizer.rule(rule).enforced()) {
        if (foundBefore.get(rule)) {
          return; // what it found is still there
        }
        foundNow.set(rule);
      }
      if (current != null) {
        RequestSanitizer.this.count(current, rule);
        dropping |= sanitizer.rule(rule).dropsText();
      }
    }

    private boolean looksHere(int rule) {
      placeAsked = true;
      FieldScope scope = sanitizer.rule(rule).scope();
      return !(binary && sanitizer.rule(rule).escapes())
          && scope.covers(signal)
          && (!scope.asksForField() || (current != null && scope.covers(paths.of(current))));
    }

    private boolean hides(int rule) {
      placeAsked = true;
      if (sanitizer.rule(rule).isOfStatements()) {
        return looksHere(rule); // each text is asked for exceptions by itself
      }
      KeyedValue keyed = new KeyedValue(value.slice());
      return !keyed.isTruth() && !saysNone(keyed.text()) && !leaves(rule, keyed) && looksHere(rule);
    }

    private boolean saysNone(@Nullable Slice text) {
      return text != null && NameKind.isNoValue(name.slice(), text);
    }

    private boolean closes(int rule) {
      placeAsked = true;
      FieldScope scope = sanitizer.rule(rule).scope();
      return scope.covers(signal)
          && current != null
          && scope.names(paths.around(current))
          && !leaves(rule, new KeyedValue(value.slice()));
    }

    /** A list or map is one value: it goes as a whole when the check accepts anything in it. */
    private boolean leaves(int rule, KeyedValue keyed) {
      Rule asked = sanitizer.rule(rule);
      boolean whole = keyed.text() == null && !asked.checksKeyed();
      return !whole
          && !keyed.anyFits(text -> !asked.leaves(text.array(), text.start(), text.end()));
    }
  }
}
