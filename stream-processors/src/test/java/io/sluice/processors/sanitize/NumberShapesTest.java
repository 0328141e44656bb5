package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Detector;
import io.sluice.schemas.definitions.RedactionExample;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NumberShapesTest {

  private static final List<RedactionRule> SHIPPED =
      RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)).rules().stream()
          .filter(rule -> rule.detector() == Detector.NUMBER)
          .toList();

  private static final TextScanner SCANNER =
      new TextScanner(Sanitizer.of(new RedactionRules(0, SHIPPED)));

  /** Numbers, words that announce them, and what stands between. */
  @Provide
  Arbitrary<String> texts() {
    List<String> pieces = new ArrayList<>();
    for (RedactionRule rule : SHIPPED) {
      rule.positive().stream().map(RedactionExample::text).forEach(pieces::add);
      pieces.addAll(rule.negative());
      pieces.addAll(rule.conditions().near());
    }
    pieces.addAll(List.of(" ", "-", ".", "/", ":", "x", "0", "1", "12", "123", "\\n", "word "));
    return Arbitraries.of(pieces).list().ofMaxSize(12).map(all -> String.join("", all));
  }

  @Property(tries = 5000)
  void findsTheSameWhenTheFirstPassLooksForTheWords(@ForAll("texts") String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    Findings findings = SCANNER.find(utf8, 0, utf8.length);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < findings.size(); i++) {
      found.add(findings.rule(i) + " " + findings.start(i) + "-" + findings.end(i));
    }
    assertThat(found).isEqualTo(foundWithoutFirstPass(utf8));
  }

  private static List<String> foundWithoutFirstPass(byte[] utf8) {
    NumberShapes shapes = SCANNER.sanitizer().numbers();
    List<String> found = new ArrayList<>();
    long run = NumberRuns.next(utf8, 0, utf8.length, shapes.shortest());
    while (run != NumberRuns.NONE) {
      int start = NumberRuns.start(run);
      int end = NumberRuns.end(run);
      shapes.findInRun(
          utf8,
          0,
          utf8.length,
          start,
          end,
          true,
          (rule, first, last) -> found.add(rule + " " + first + "-" + last));
      run = NumberRuns.next(utf8, end, utf8.length, shapes.shortest());
    }
    return found;
  }
}
