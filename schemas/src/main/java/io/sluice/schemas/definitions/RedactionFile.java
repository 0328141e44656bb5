package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import io.airlift.slice.Slices;
import io.sluice.schemas.RedactionAction;
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
      Examples examples) {

    static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,79}");
    static final String ID_SYNTAX = "lower-case letters, digits, hyphens and dots";

    private static final Set<RedactionAction> ACTIONS =
        EnumSet.of(RedactionAction.REDACT, RedactionAction.MASK);
    private static final Pattern KEY = Pattern.compile("(?=.*[\\p{L}\\p{N}])[\\p{L}\\p{N}_. *-]+");

    private static final Pattern SHAPES =
        Pattern.compile("(?:0{1,19}(?:[ ./-]0{1,12}){0,6})(?:\\|0{1,19}(?:[ ./-]0{1,12}){0,6})*");

    RuleEntry {
      unless("id", ID.matcher(id).matches(), ID_SYNTAX, id);
      boolean byKeys = detector == Detector.KEYS || detector == Detector.ASSIGNMENT;
      boolean byPattern = detector == Detector.PATTERN;
      boolean byNumber = detector == Detector.NUMBER;
      belongs("keys", byKeys, "at least one name", keys);
      checkNames("keys", keys);
      belongsAtMost("except", detector == Detector.ASSIGNMENT, except);
      checkNames("except", except);
      belongs("pattern", byPattern || byNumber, "an expression", pattern);
      if (byPattern) {
        checkPattern(pattern);
      } else if (byNumber) {
        checkShapes(pattern);
      }
      // An expression is tried where a word stands: in the match, or near it.
      boolean hasNear = near != null && !near.isEmpty();
      if (!hasNear || keywords != null) {
        belongs("keywords", byPattern, "at least one, or words in near,", keywords);
      }
      belongsAtMost("near", byPattern || byNumber, near);
      unless("near", near == null || hasNear, "at least one word", "none");
      checkNames("near", near);
      belongsAtMost("within", hasNear, within);
      belongsAtMost("maxLength", byPattern, maxLength);
      boolean checks = byPattern || byNumber || detector == Detector.ASSIGNMENT;
      belongsAtMost("check", checks, check);
      boolean onlyEntropy = detector != Detector.ASSIGNMENT || check == null;
      unless("check", onlyEntropy || check == ValueCheck.ENTROPY, "entropy for assignment", check);
      conditions(maxLength, near, within, check, except);
      unless("action", action == null || ACTIONS.contains(action), "redact or mask", action);
      unless(
          "placeholder",
          placeholder == null || (action != RedactionAction.MASK && !placeholder.isEmpty()),
          "text, and only with the action redact",
          placeholder);
      boolean marked = examples.positive().stream().allMatch(RuleEntry::marks);
      unless(
          "examples",
          marked == (detector != Detector.KEYS),
          detector == Detector.KEYS
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

    private static boolean marks(String example) {
      return new RedactionExample(example).marksSecret();
    }

    private static void checkPattern(@Nullable String pattern) {
      if (pattern == null) {
        return;
      }
      boolean findsNothing;
      try {
        // The engine that will run it, so that what is accepted here works there, in linear time.
        findsNothing = io.trino.re2j.Pattern.compile(pattern).find(Slices.EMPTY_SLICE);
      } catch (PatternSyntaxException e) {
        unless("pattern", false, "an RE2 expression (" + e.getDescription() + ")", pattern);
        return;
      }
      unless("pattern", !findsNothing, "an expression that needs a character", pattern);
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
      String takesPlace = placeholder == null ? "[redacted]" : placeholder;
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
          does == RedactionAction.REDACT ? takesPlace : "",
          examples.positive().stream().map(RedactionExample::new).toList(),
          examples.negative());
    }
  }
}
