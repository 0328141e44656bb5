package io.sluice.processors.sanitize;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import java.util.List;

/** Rule sets as people write them. */
final class TestRules {

  static final String FIRST_KEY = "k1=" + "QUFB".repeat(11);
  static final String SECOND_KEY = "k2=" + "QkJC".repeat(11);
  static final TokenKeys KEYS = TokenKeys.parse("test", FIRST_KEY + "\n" + SECOND_KEY + "\n");

  private TestRules() {}

  /** A rule by the names of keys. */
  static String keys(String id, String names, String... properties) {
    return "{id: %s, description: d, detector: keys, keys: [%s]%s, examples: {positive: [a], negative: [b]}}"
        .formatted(id, names, more(properties));
  }

  /** A rule that lets only these keys pass. */
  static String allowed(String id, String names, String... properties) {
    return keys(id, names, properties).replace("detector: keys", "detector: allowed-keys");
  }

  /** A rule for a word in text. */
  static String word(String id, String word, String... properties) {
    return found(id, "pattern, pattern: '" + word + "', keywords: ['" + word + "']", properties);
  }

  /** A rule for addresses in text that begin with 10. */
  static String address(String id, String... properties) {
    return found(id, "pattern, pattern: '10(?:\\.[0-9]{1,3}){3}', keywords: ['10.']", properties);
  }

  /** A rule for card numbers. */
  static String card(String id, String... properties) {
    return found(id, "card", properties);
  }

  /** A rule for {@code name=value} in text. */
  static String assignment(String id, String names, String... properties) {
    return found(id, "assignment, keys: [" + names + "]", properties);
  }

  private static String found(String id, String detector, String... properties) {
    return "{id: %s, description: d, detector: %s%s, examples: {positive: ['«a»'], negative: [b]}}"
        .formatted(id, detector, more(properties));
  }

  private static String more(String... properties) {
    return properties.length == 0 ? "" : ", " + String.join(", ", properties);
  }

  static DefinitionSet set(long version, String... rules) {
    StringBuilder yaml = new StringBuilder("kind: redaction-rules\nfamily: test\nrules:\n");
    for (String rule : rules) {
      yaml.append("  - ").append(rule).append('\n');
    }
    return new DefinitionSet(
        DefinitionKinds.REDACTION_RULES,
        version,
        0L,
        List.of(new DefinitionDocument("test.yaml", yaml.toString())));
  }

  static RedactionRules of(String... rules) {
    return RedactionRules.of(set(1, rules));
  }

  static Sanitizer sanitizer(String... rules) {
    return Sanitizer.of(of(rules), KEYS);
  }

  static TextSanitizer text(String... rules) {
    return TextSanitizer.of(of(rules), KEYS);
  }
}
