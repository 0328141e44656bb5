package io.sluice.processors.sanitize;

import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.RuleMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule set made ready to run: one automaton for all names of keys, one for all places in text at
 * which some rule must look. Immutable; {@link TextScanner} runs it.
 */
final class Sanitizer {

  /**
   * A word that the automaton finds.
   *
   * @param watch who looks there
   * @param vicinity what must stand there, so that it is worth a look
   */
  record Place(int watch, Vicinity vicinity) {}

  /** A detector with the rule that it works for. */
  record Watch(Detector detector, int rule) {}

  private final long version;
  private final List<Rule> rules;
  private final KeyNames keys;
  private final LiteralAutomaton anchors;
  private final Place[] places;
  private final Watch[] watches;
  private final int encodingSign;
  private final int[] cardRules;
  private final KeyExpressions expressions;
  private final Placeholders placeholders;
  private final NumberShapes numbers;
  private final NearWords announcing;
  private final NearWords announcingLast;
  private final boolean masks;
  private final boolean tokenizes;

  private Sanitizer(
      long version,
      List<Rule> rules,
      KeyNames keys,
      KeyExpressions expressions,
      LiteralAutomaton anchors,
      Place[] places,
      Watch[] watches,
      int[] cardRules,
      NumberShapes numbers,
      NearWords announcing,
      NearWords announcingLast,
      Placeholders placeholders) {
    this.version = version;
    this.rules = rules;
    this.keys = keys;
    this.expressions = expressions;
    this.anchors = anchors;
    this.places = places;
    this.watches = watches;
    this.encodingSign = watches.length;
    this.cardRules = cardRules;
    this.placeholders = placeholders;
    this.numbers = numbers;
    this.announcing = announcing;
    this.announcingLast = announcingLast;
    this.masks = rules.stream().anyMatch(Rule::masks);
    this.tokenizes = rules.stream().anyMatch(Rule::tokenizes);
  }

  /**
   * Compiles a rule set.
   *
   * @throws IllegalArgumentException when a rule cannot be compiled
   */
  static Sanitizer of(RedactionRules definitions) {
    return of(definitions, TokenKeys.none());
  }

  /**
   * Compiles a rule set.
   *
   * @param tokenKeys without one, what should become a token is redacted
   * @throws IllegalArgumentException when a rule cannot be compiled
   */
  static Sanitizer of(RedactionRules definitions, TokenKeys tokenKeys) {
    List<RedactionRule> ordered = RuleOrder.of(definitions);
    List<Rule> rules = ordered.stream().map(each -> new Rule(each, tokenKeys)).toList();
    Placeholders placeholders = Placeholders.of(rules);
    List<Place> places = new ArrayList<>();
    List<Watch> watches = new ArrayList<>();
    List<Integer> cardRules = new ArrayList<>();
    List<Detector.Anchor> numberWords = new ArrayList<>();
    KeyNames.Builder keys = new KeyNames.Builder();
    NumberShapes.Builder numbers = new NumberShapes.Builder();
    LiteralAutomaton.Builder anchors = new LiteralAutomaton.Builder();
    for (int i = 0; i < rules.size(); i++) {
      int rule = i;
      RedactionRule definition = ordered.get(rule);
      int order = definition.mode() == RuleMode.SHADOW ? 2 : 0;
      switch (definition.detector()) {
        case KEYS -> {
          List<String> except = definition.conditions().except();
          KeyNames none = except.isEmpty() ? null : KeyNames.of(except);
          definition.keys().forEach(key -> keys.add(key, rule, order, none));
          watch(detector(definition, placeholders), rule, watches, places, anchors);
        }
        // Behind those that take the whole value.
        case STATEMENT -> definition.keys().forEach(key -> keys.add(key, rule, order + 1, null));
        case ALLOWED_KEYS -> {} // in KeyExpressions
        case CARD -> cardRules.add(rule);
        case NUMBER -> {
          numbers.add(definition, rule, placeholders);
          numberWords.addAll(NumberShapes.anchors(definition));
        }
        case ASSIGNMENT, BEARER, URL_USERINFO, IBAN, CONTROL, LINE_BREAK, PATTERN ->
            watch(detector(definition, placeholders), rule, watches, places, anchors);
      }
    }
    add(DecodedText.anchors(), watches.size(), places, anchors);
    add(numberWords, watches.size() + 1, places, anchors);
    int within = ordered.stream().mapToInt(rule -> rule.conditions().within()).max().orElse(0);
    return new Sanitizer(
        definitions.version(),
        rules,
        keys.build(),
        new KeyExpressions(ordered),
        anchors.build(),
        places.toArray(Place[]::new),
        watches.toArray(Watch[]::new),
        cardRules.stream().mapToInt(Integer::intValue).toArray(),
        numbers.build(),
        announcing(ordered, within, placeholders),
        announcing(ordered, 0, placeholders),
        placeholders);
  }

  /** All words that rules want near a value. */
  private static NearWords announcing(
      List<RedactionRule> rules, int within, Placeholders placeholders) {
    List<String> words =
        rules.stream().flatMap(rule -> rule.conditions().near().stream()).distinct().toList();
    return new NearWords(words, within, placeholders);
  }

  private static void watch(
      Detector detector,
      int rule,
      List<Watch> watches,
      List<Place> places,
      LiteralAutomaton.Builder anchors) {
    add(detector.anchors(), watches.size(), places, anchors);
    watches.add(new Watch(detector, rule));
  }

  private static void add(
      List<Detector.Anchor> words,
      int watch,
      List<Place> places,
      LiteralAutomaton.Builder anchors) {
    for (Detector.Anchor anchor : words) {
      Place place = new Place(watch, anchor.vicinity());
      if (!places.contains(place)) {
        places.add(place);
      }
      anchors.add(anchor.symbols(), anchor.loose(), places.indexOf(place));
    }
  }

  static Detector detector(RedactionRule definition, Placeholders placeholders) {
    return switch (definition.detector()) {
      case ASSIGNMENT -> new AssignmentDetector(definition);
      case BEARER -> new HttpCredentialsDetector();
      case URL_USERINFO -> new UrlUserInfoDetector();
      case IBAN -> new IbanDetector();
      case KEYS -> new KeyedTextDetector(definition);
      case CONTROL -> new ControlCharacters();
      case LINE_BREAK -> new LineBreaks();
      case PATTERN -> new PatternDetector(definition, placeholders);
      case ALLOWED_KEYS, STATEMENT, CARD, NUMBER ->
          throw new IllegalArgumentException("has no anchor in text");
    };
  }

  /** The rule set's version. */
  long version() {
    return version;
  }

  Rule rule(int number) {
    return rules.get(number);
  }

  int ruleCount() {
    return rules.size();
  }

  LiteralAutomaton anchors() {
    return anchors;
  }

  /** What the automaton's number stands for. */
  Place place(int number) {
    return places[number];
  }

  Watch watch(int number) {
    return watches[number];
  }

  int watchCount() {
    return watches.length;
  }

  /** What the automaton finds where a text may be encoded: no watch has this number. */
  int encodingSign() {
    return encodingSign;
  }

  /** What the automaton finds near what may be a number that a rule wants announced: no watch. */
  int numberSign() {
    return encodingSign + 1;
  }

  /** Rules for card numbers, which have no anchor. */
  int[] cardRules() {
    return cardRules;
  }

  /** Numbers of given shapes, which have no anchor either. */
  NumberShapes numbers() {
    return numbers;
  }

  /** Whether a key has a word that tells some rule what its value is. */
  boolean announces(byte[] key, int from, int to) {
    return announcing.stand(key, from, to, to, to)
        || (cardRules.length > 0 && CardNumbers.isPayment(key, from, to, to, placeholders));
  }

  /** Whether a key ends with such a word, apart from a number: of other keys, numbers count. */
  boolean isNumbersName(byte[] key, int from, int to) {
    int end = KeyNames.withoutNumber(key, from, to);
    return announcingLast.stand(key, from, end, end, end);
  }

  /** How long a run must be at least in which a card or number may stand. */
  int shortestNumber() {
    return cardRules.length == 0
        ? numbers.shortest()
        : Math.min(numbers.shortest(), CardNumbers.MIN_DIGITS);
  }

  Placeholders placeholders() {
    return placeholders;
  }

  KeyNames keyNames() {
    return keys;
  }

  KeyExpressions keyExpressions() {
    return expressions;
  }

  /** Whether this is what some rule leaves in the place of a secret. */
  boolean isRedacted(byte[] buf, int start, int end) {
    return isRedacted(buf, start, end, start, end);
  }

  /**
   * Whether this is what some rule leaves in the place of a secret.
   *
   * @param from where the text around starts
   * @param to where it ends
   */
  boolean isRedacted(byte[] buf, int from, int to, int start, int end) {
    return placeholders.contain(buf, start, end)
        || (masks && Rule.isMasked(buf, start, end))
        || (tokenizes && TokenKeys.isInToken(buf, from, to, start, end));
  }

  @Override
  public String toString() {
    return "Sanitizer[version " + version + ", " + rules.size() + " rules]";
  }
}
