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
      @Nullable RedactionAction action,
      @Nullable String placeholder,
      Examples examples) {

    static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,79}");
    static final String ID_SYNTAX = "lower-case letters, digits, hyphens and dots";

    private static final Set<RedactionAction> ACTIONS =
        EnumSet.of(RedactionAction.REDACT, RedactionAction.MASK);
    private static final Pattern KEY = Pattern.compile("(?=.*[\\p{L}\\p{N}])[\\p{L}\\p{N}_. *-]+");

    RuleEntry {
      unless("id", ID.matcher(id).matches(), ID_SYNTAX, id);
      boolean byKeys = detector == Detector.KEYS || detector == Detector.ASSIGNMENT;
      boolean hasKeys = keys != null && !keys.isEmpty();
      unless("keys", !byKeys || hasKeys, "at least one name for this detector", "none");
      unless("keys", byKeys || keys == null, "none for this detector", keys);
      if (keys != null) {
        for (String key : keys) {
          unless("keys", KEY.matcher(key).matches(), "letters, digits, - _ . * and blanks", key);
        }
      }
      boolean byPattern = detector == Detector.PATTERN;
      unless("pattern", !byPattern || pattern != null, "an expression for this detector", "none");
      unless("pattern", byPattern || pattern == null, "none for this detector", pattern);
      boolean hasKeywords = keywords != null && !keywords.isEmpty();
      unless("keywords", !byPattern || hasKeywords, "at least one for this detector", "none");
      unless("keywords", byPattern || keywords == null, "none for this detector", keywords);
      checkPattern(pattern);
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
          does,
          does == RedactionAction.REDACT ? takesPlace : "",
          examples.positive().stream().map(RedactionExample::new).toList(),
          examples.negative());
    }
  }
}
