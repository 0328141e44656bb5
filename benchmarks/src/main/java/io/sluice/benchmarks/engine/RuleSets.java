package io.sluice.benchmarks.engine;

import io.sluice.processors.sanitize.EngineProbe;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Rule sets of several sizes: the shipped rules, fewer of them, or with made ones beside. */
final class RuleSets {

  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";
  private static final String[] ALPHABETS = {"a-f0-9", "A-Za-z0-9", "A-Za-z0-9_-", "A-Z0-9"};

  /** Families that stay in a small set: theirs are the rules that look most often. */
  private static final Set<String> KEPT = Set.of("credentials", "payment");

  private RuleSets() {}

  static RedactionRules shipped() {
    return RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES));
  }

  /**
   * A set in which so many rules look into text. Made rules are like those for vendors' keys: a
   * prefix of their own, an alphabet, a length.
   */
  static RedactionRules of(int size) {
    RedactionRules shipped = shipped();
    long there = EngineProbe.rulesForText(shipped);
    if (there >= size) {
      return fewer(shipped, there - size);
    }
    DefinitionSet set = ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES);
    List<DefinitionDocument> documents = new ArrayList<>(set.getDocuments());
    documents.add(new DefinitionDocument("redaction/made.yaml", made((int) (size - there))));
    return RedactionRules.of(new DefinitionSet(set.getKind(), 0L, 0L, documents));
  }

  private static RedactionRules fewer(RedactionRules all, long less) {
    List<RedactionRule> rules = new ArrayList<>();
    long left = less;
    for (RedactionRule rule : all.rules()) {
      boolean drop = left > 0 && !KEPT.contains(rule.family());
      if (drop) {
        left -= EngineProbe.rulesForText(new RedactionRules(0, List.of(rule)));
      } else {
        rules.add(rule);
      }
    }
    return new RedactionRules(all.version(), rules);
  }

  private static String made(int count) {
    Random random = new Random(1);
    StringBuilder yaml = new StringBuilder("kind: redaction-rules\nfamily: made\nrules:\n");
    for (int i = 0; i < count; i++) {
      StringBuilder prefix = new StringBuilder();
      for (int letter = 3 + random.nextInt(4); letter > 0; letter--) {
        prefix.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      prefix.append(random.nextBoolean() ? "_" : "-");
      int length = 20 + random.nextInt(30);
      yaml.append(
          """
            - id: made.rule-%d
              description: A made rule.
              detector: pattern
              pattern: '\\b(%s[%s]{%d,%d})\\b'
              keywords: ["%s"]
              maxLength: 128
              placeholder: "[made]"
              examples:
                positive: ["key «%s%s»"]
                negative: ["no key"]
          """
              .formatted(
                  i,
                  prefix,
                  ALPHABETS[random.nextInt(ALPHABETS.length)],
                  length,
                  length + 20,
                  prefix,
                  prefix,
                  "0".repeat(length)));
    }
    return yaml.toString();
  }
}
