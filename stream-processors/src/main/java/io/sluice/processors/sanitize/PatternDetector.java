package io.sluice.processors.sanitize;

import io.sluice.schemas.definitions.Expressions;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.ValueConditions;
import io.trino.re2j.Matcher;
import io.trino.re2j.Pattern;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression, tried on a window around each place where one of its words stands: a
 * keyword that every match holds, or a word that must stand near a match.
 *
 * <p>The matches are those of the whole text, as long as they are no longer than the rule says: a
 * window reaches so far that what it shows of a match is all of it, and begins where the last one
 * ended: behind its secret, so that two secrets may share what stands between them. A match that is
 * longer makes the window grow. The engine takes linear time whatever the expression, and one
 * window serves all words in its first half, so that no byte is read more than a few times.
 */
final class PatternDetector implements Detector {

  /** Assertions look at one character more, which takes no more bytes than this. */
  private static final int MAX_CHARACTER = 4;

  /** A word that stands after a match counts from its start. */
  private static final int MAX_WORD = 64;

  private static final int GROWTH = 4;

  /** What tells that a secret ends is no longer: more text behind it is the rule's own. */
  private static final int MAX_DELIMITER = 2 * MAX_CHARACTER;

  private final Pattern pattern;

  /** The same for matches behind which text goes on. */
  private final Pattern inside;

  private final int group;

  /** Tells where the group is, mostly; null when the engine must tell it. */
  private final @Nullable SecretBounds bounds;

  private final List<Anchor> anchors;
  private final Conditions conditions;

  /** What every match holds; null when that is not known. */
  private final @Nullable ByteSets core;

  private final int maxLength;
  private final int before;
  private final int after;

  /** Whether words stand outside the matches. */
  private final boolean nearOnly;

  PatternDetector(RedactionRule rule, Placeholders placeholders) {
    pattern = Expressions.compile(rule.pattern());
    inside = Expressions.compile(PatternSyntax.inside(rule.pattern()));
    group = pattern.groupCount() == 0 ? 0 : 1;
    bounds = group == 0 ? null : PatternSyntax.boundsOfSecret(rule.pattern());
    conditions = new Conditions(rule.conditions(), placeholders);
    maxLength = rule.conditions().maxLength();
    ByteSteps steps = PatternSyntax.steps(rule.pattern());
    core = steps == null ? null : new ByteSets(steps.rarest());
    nearOnly = rule.keywords().isEmpty();
    int within = nearOnly ? rule.conditions().within() : 0;
    before = maxLength + within + (nearOnly ? MAX_WORD : 0);
    after = maxLength + within;
    anchors =
        nearOnly
            ? near(PatternSyntax.stepsOfSecret(rule.pattern()), rule.conditions())
            : within(steps, rule.keywords());
  }

  /** Places for words of which one must stand near a match. */
  private static List<Anchor> near(@Nullable ByteSteps secret, ValueConditions conditions) {
    return conditions.near().stream()
        .map(
            text -> {
              int[] word = LiteralAutomaton.Builder.symbols(text, true);
              return new Anchor(word, true, vicinity(secret, word, conditions));
            })
        .toList();
  }

  private static Vicinity vicinity(
      @Nullable ByteSteps secret, int[] word, ValueConditions conditions) {
    if (secret == null) {
      return Vicinity.ANY;
    }
    int shortest = Math.max(secret.shortest(), Conditions.fewestBytes(conditions));
    return new WordNearMatch(word, conditions.within(), secret.bytes(), Math.max(1, shortest));
  }

  /** Places for words of which every match holds one. */
  private static List<Anchor> within(@Nullable ByteSteps steps, List<String> keywords) {
    List<int[]> words =
        keywords.stream().map(word -> LiteralAutomaton.Builder.symbols(word, false)).toList();
    List<Vicinity> vicinities = WordInMatch.of(steps, words);
    return IntStream.range(0, words.size())
        .mapToObj(i -> new Anchor(words.get(i), false, vicinities.get(i)))
        .toList();
  }

  @Override
  public List<Anchor> anchors() {
    return anchors;
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    return look(buf, from, to, from, anchor, found);
  }

  @Override
  public int look(byte[] buf, int from, int to, int seen, int anchor, Found found) {
    int start = startOfCharacter(buf, from, Math.max(seen, anchor - before), to);
    int base = Math.max(from, start - MAX_CHARACTER);
    // Twice as far as this word needs: those that follow close by are then seen too.
    int end = plus(anchor, 2L * after, to);
    if (core != null && !core.standIn(buf, start, plus(end, MAX_CHARACTER, to))) {
      return Math.max(start, end == to ? to : end - after);
    }
    Matcher matcher = matcher(buf, base, end, to);
    int next = start;
    while (next < end && matcher.find(next - base)) {
      int matchStart = base + matcher.start();
      int matchEnd = base + matcher.end();
      if (end < to && matchStart > end - maxLength) {
        break; // may look different with more of the text; its own word comes later
      }
      if (end < to && matchEnd > end) {
        end = plus(end, (long) GROWTH * (end - start), to);
        matcher = matcher(buf, base, end, to);
        continue;
      }
      next = behind(matchStart, matchEnd, addSecret(buf, from, to, base, matcher, found));
      if (nearOnly && end < to && next > end - after) {
        // A word in this match is not looked at again, and may announce what comes behind it.
        end = plus(next, after, to);
        matcher = matcher(buf, base, end, to);
      }
    }
    return Math.max(next, end == to ? to : end - after);
  }

  /** Where the next match may begin: with what tells that the secret of this one ends. */
  static int behind(int matchStart, int matchEnd, int secretEnd) {
    boolean delimited = matchEnd - secretEnd <= MAX_DELIMITER;
    return Math.max(delimited ? secretEnd : matchEnd, matchStart + 1);
  }

  /** Returns where the secret ends, whether it is one or not. */
  private int addSecret(byte[] buf, int from, int to, int base, Matcher matcher, Found found) {
    int matchStart = base + matcher.start();
    int matchEnd = base + matcher.end();
    int start = SecretBounds.UNKNOWN;
    int end = SecretBounds.UNKNOWN;
    if (group == 0) {
      start = matchStart;
      end = matchEnd;
    } else if (bounds != null) {
      start = bounds.start(buf, from, matchStart, matchEnd);
      end = bounds.end(buf, to, matchStart, matchEnd);
    }
    if (start == SecretBounds.UNKNOWN || end == SecretBounds.UNKNOWN) {
      return addGroup(buf, from, to, base, matcher, found);
    }
    add(buf, from, to, start, end, found);
    return end;
  }

  /** Asks the engine where the group is; see {@link SecretBounds}. */
  private int addGroup(byte[] buf, int from, int to, int base, Matcher match, Found found) {
    int matchStart = base + match.start();
    int matchEnd = base + match.end();
    Matcher groups = match;
    int origin = base;
    if (matchEnd < to && inside != pattern) {
      int near = Math.max(base, matchStart - MAX_CHARACTER);
      Matcher again = inside.matcher(EngineText.of(buf, near, plus(matchEnd, MAX_CHARACTER, to)));
      if (again.find(matchStart - near) && again.start() == matchStart - near) {
        groups = again;
        origin = near;
      }
    }
    int start = origin + groups.start(group);
    int end = Math.min(matchEnd, origin + groups.end(group));
    if (start < origin || end <= start) {
      return matchEnd;
    }
    add(buf, from, to, start, end, found);
    return end;
  }

  private void add(byte[] buf, int from, int to, int start, int end, Found found) {
    if (conditions.hold(buf, from, to, start, end)) {
      found.add(start, end);
    }
  }

  private Matcher matcher(byte[] buf, int base, int end, int to) {
    int limit = plus(end, MAX_CHARACTER, to);
    return pattern.matcher(EngineText.of(buf, base, limit));
  }

  private static int plus(int at, long more, int limit) {
    return (int) Math.min(limit, at + more);
  }

  /** This place, or the end of the character that goes through it. */
  private static int startOfCharacter(byte[] buf, int from, int at, int to) {
    for (int i = Math.max(from, at - MAX_CHARACTER + 1); i < at; i++) {
      int end = i + EngineText.lengthAt(buf, i, to);
      if (end > at) {
        return end;
      }
    }
    return at;
  }
}
