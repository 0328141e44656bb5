package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import io.airlift.slice.Slices;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.Signal;
import io.trino.re2j.PatternSyntaxException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A document of redaction rules, as it is written. */
record RedactionFile(
    String kind, String family, @Nullable String description, List<RuleEntry> rules) {

  RedactionFile {
    unless("kind", kind.equals("redaction-rules"), "redaction-rules", kind);
    unless("family", RuleEntry.ID.matcher(family).matches(), RuleEntry.ID_SYNTAX, family);
  }

  record Examples(List<String> positive, List<String> negative) {
    Examples {
      unless("positive", !positive.isEmpty(), "at least one example", "none");
      unless("negative", !negative.isEmpty(), "at least one example", "none");
    }
  }

  record ExceptionEntry(
      @Nullable List<String> values, @Nullable String salt, @Nullable List<String> sha256) {

    private static final int MIN_SALT = 8;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    ExceptionEntry {
      boolean hashed = sha256 != null && !sha256.isEmpty();
      boolean listed = values != null && !values.isEmpty();
      unless("values", hashed || listed, "at least one value, or hash in sha256", "none");
      // Without salt the hash of a card number is found by trying all of them once, for every list.
      unless(
          "salt",
          hashed ? salt != null && salt.length() >= MIN_SALT : salt == null,
          "at least " + MIN_SALT + " characters with sha256, and none without",
          salt == null ? "none" : salt.length() + " characters");
      if (values != null) {
        unless("values", values.stream().noneMatch(String::isEmpty), "text", "an empty value");
      }
      if (sha256 != null) {
        for (String hash : sha256) {
          unless("sha256", HASH.matcher(hash).matches(), "64 digits of 0-9 and a-f", "another");
        }
      }
    }

    RuleExceptions checked() {
      return new RuleExceptions(
          values == null ? List.of() : values,
          salt == null ? "" : salt,
          sha256 == null ? List.of() : sha256);
    }
  }

  record RuleEntry(
      String id,
      String description,
      @Nullable RuleMode mode,
      Detector detector,
      @Nullable List<String> keys,
      @Nullable String pattern,
      @Nullable List<String> keywords,
      @Nullable Integer maxLength,
      @Nullable List<String> near,
      @Nullable Integer within,
      @Nullable ValueCheck check,
      @Nullable List<String> except,
      @Nullable RedactionAction action,
      @Nullable String placeholder,
      Examples examples,
      @Nullable List<Signal> signals,
      @Nullable List<String> fields,
      @Nullable List<String> keyPatterns,
      @Nullable ExceptionEntry exceptions) {

    static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,79}");
    static final String ID_SYNTAX = "lower-case letters, digits, hyphens and dots";

    private static final Pattern KEY = Pattern.compile("(?=.*[\\p{L}\\p{N}])[\\p{L}\\p{N}_. *-]+");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9_.*-]+");

    /**
     * Of a literal nothing may stay: the statements would no longer be the same without it. Of a
     * control character there is nothing that could stay.
     */
    private static final Set<RedactionAction> WITHOUT_VALUE =
        EnumSet.of(RedactionAction.REDACT, RedactionAction.DROP_FIELD, RedactionAction.DROP_RECORD);

    private static final Pattern SHAPES =
        Pattern.compile("(?:0{1,19}(?:[ ./-]0{1,12}){0,6})(?:\\|0{1,19}(?:[ ./-]0{1,12}){0,6})*");

    RuleEntry {
      unless("id", ID.matcher(id).matches(), ID_SYNTAX, id);
      boolean wholeValue = detector == Detector.KEYS || detector == Detector.ALLOWED_KEYS;
      boolean byStatement = detector == Detector.STATEMENT;
      boolean byKeys = wholeValue || byStatement || detector == Detector.ASSIGNMENT;
      boolean byPattern = detector == Detector.PATTERN;
      boolean byNumber = detector == Detector.NUMBER;
      boolean hasKeys = isGiven(keys) || isGiven(keyPatterns);
      unless("keys", !byKeys || hasKeys, "at least one name for this detector", "none");
      belongsAtMost("keys", byKeys, keys);
      belongsAtMost("keyPatterns", wholeValue, keyPatterns);
      checkNames("keys", keys);
      boolean byName = detector == Detector.KEYS || detector == Detector.ASSIGNMENT;
      belongsAtMost("except", byName, except);
      checkNames("except", except);
      belongs("pattern", byPattern || byNumber, "an expression", pattern);
      if (byNumber) {
        checkShapes(pattern);
      } else {
        checkPattern("pattern", pattern);
      }
      if (keyPatterns != null) {
        keyPatterns.forEach(expression -> checkPattern("keyPatterns", expression));
      }
      // An expression is tried where a word stands: in the match, or near it.
      boolean hasNear = isGiven(near);
      if (!hasNear || keywords != null) {
        belongs("keywords", byPattern, "at least one, or words in near,", keywords);
      }
      belongsAtMost("near", byPattern || byNumber, near);
      unless("near", near == null || hasNear, "at least one word", "none");
      checkNames("near", near);
      belongsAtMost("within", hasNear, within);
      belongsAtMost("maxLength", byPattern, maxLength);
      belongsAtMost("check", byPattern || byNumber || byName, check);
      boolean fits =
          !byName || check == null || check == ValueCheck.ENTROPY || check == ValueCheck.TEXT;
      unless("check", fits, "entropy or text for this detector", check);
      conditions(maxLength, near, within, check, except);
      boolean escapes = detector == Detector.CONTROL || detector == Detector.LINE_BREAK;
      belongsAtMost("placeholder", !escapes, placeholder);
      unless(
          "placeholder",
          placeholder == null || (action != RedactionAction.MASK && isPlain(placeholder)),
          "text without quotes, backslashes and control characters, and none with the action mask",
          placeholder);
      belongsAtMost("placeholder", !byStatement, placeholder);
      unless(
          "action",
          !(byStatement || escapes) || action == null || WITHOUT_VALUE.contains(action),
          "redact, drop-field or drop-record for this detector",
          action);
      unless("signals", signals == null || !signals.isEmpty(), "at least one signal", signals);
      unless("fields", fields == null || !fields.isEmpty(), "at least one path", fields);
      if (fields != null) {
        for (String field : fields) {
          unless("fields", FIELD.matcher(field).matches(), "a path as the ledger has it", field);
        }
      }
      boolean hasField = detector != Detector.ALLOWED_KEYS || fields != null;
      unless("fields", hasField, "the paths of which only these keys may pass", "none");
      boolean hasLines = detector != Detector.LINE_BREAK || fields != null;
      unless("fields", hasLines, "the paths of fields that are one line", "none");
      boolean marked = examples.positive().stream().allMatch(RuleEntry::marks);
      unless(
          "examples",
          marked == !wholeValue,
          wholeValue
              ? "keys without « » as positive examples"
              : "each positive example to mark the secret with « »",
          "another");
    }

    private static void belongs(String name, boolean ours, String what, @Nullable Object value) {
      boolean given = value != null && !value.equals(List.of());
      unless(name, !ours || given, what + " for this detector", "none");
      belongsAtMost(name, ours, value);
    }

    private static void belongsAtMost(String name, boolean ours, @Nullable Object value) {
      unless(name, ours || value == null, "none for this detector", value);
    }

    private static void checkNames(String property, @Nullable List<String> names) {
      for (String name : names == null ? List.<String>of() : names) {
        unless(property, KEY.matcher(name).matches(), "letters, digits, - _ . * and blanks", name);
      }
    }

    /** What may take a secret's place in JSON, too. */
    private static boolean isPlain(String placeholder) {
      return !placeholder.isEmpty()
          && placeholder.chars().noneMatch(c -> c < ' ' || c == '"' || c == '\'' || c == '\\');
    }

    private static boolean marks(String example) {
      return new RedactionExample(example).marksSecret();
    }

    private static boolean isGiven(@Nullable List<String> list) {
      return list != null && !list.isEmpty();
    }

    private static void checkPattern(String key, @Nullable String pattern) {
      if (pattern == null) {
        return;
      }
      boolean findsNothing;
      try {
        // The engine that will run it, so that what is accepted here works there, in linear time.
        findsNothing = io.trino.re2j.Pattern.compile(pattern).find(Slices.EMPTY_SLICE);
      } catch (PatternSyntaxException e) {
        unless(key, false, "an RE2 expression (" + e.getDescription() + ")", pattern);
        return;
      }
      unless(key, !findsNothing, "an expression that needs a character", pattern);
    }

    private static void checkShapes(@Nullable String shapes) {
      if (shapes != null) {
        boolean are = SHAPES.matcher(shapes).matches();
        unless("pattern", are, "shapes such as 000-00-0000|000000000, 0 for a digit", shapes);
      }
    }

    private static ValueConditions conditions(
        @Nullable Integer maxLength,
        @Nullable List<String> near,
        @Nullable Integer within,
        @Nullable ValueCheck check,
        @Nullable List<String> except) {
      return new ValueConditions(
          maxLength == null ? ValueConditions.DEFAULT_MAX_LENGTH : maxLength,
          near == null ? List.of() : near,
          within == null ? ValueConditions.DEFAULT_WITHIN : within,
          check,
          except == null ? List.of() : except);
    }

    RedactionRule inFamily(String family) {
      RedactionAction does = action == null ? RedactionAction.REDACT : action;
      String takesPlace = detector == Detector.STATEMENT ? "?" : "[redacted]";
      takesPlace = placeholder == null ? takesPlace : placeholder;
      return new RedactionRule(
          id,
          family,
          description,
          mode == null ? RuleMode.ENFORCE : mode,
          detector,
          keys == null ? List.of() : keys,
          pattern == null ? "" : pattern,
          keywords == null ? List.of() : keywords,
          conditions(maxLength, near, within, check, except),
          does,
          does == RedactionAction.MASK ? "" : takesPlace,
          examples.positive().stream().map(RedactionExample::new).toList(),
          examples.negative(),
          scope(),
          keyPatterns == null ? List.of() : keyPatterns,
          exceptions == null ? RuleExceptions.NONE : exceptions.checked());
    }

    private RuleScope scope() {
      return new RuleScope(
          signals == null ? EnumSet.allOf(Signal.class) : EnumSet.copyOf(signals),
          fields == null ? List.of() : fields);
    }
  }
}
