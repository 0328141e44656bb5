package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LiteralAutomatonTest {

  @Provide
  Arbitrary<String> literal() {
    return Arbitraries.strings().withChars("ab-:").ofMinLength(1).ofMaxLength(4);
  }

  @Provide
  Arbitrary<String> looseLiteral() {
    return Arbitraries.strings().withChars("abc").ofMinLength(1).ofMaxLength(4);
  }

  @Provide
  Arbitrary<String> text() {
    return Arbitraries.strings().withChars("aAbBc-_ :").ofMaxLength(40);
  }

  @Property(tries = 3000)
  void findsWhatASimpleSearchFinds(
      @ForAll @Size(max = 4) List<@net.jqwik.api.From("literal") String> exact,
      @ForAll @Size(max = 4) List<@net.jqwik.api.From("looseLiteral") String> loose,
      @ForAll("text") String text) {
    LiteralAutomaton.Builder builder = new LiteralAutomaton.Builder();
    int number = 0;
    for (String literal : exact) {
      builder.add(LiteralAutomaton.Builder.symbols(literal, false), false, number++);
    }
    for (String literal : loose) {
      builder.add(LiteralAutomaton.Builder.symbols(literal, true), true, number++);
    }

    LiteralAutomaton automaton = builder.build();
    assertThat(found(automaton, text)).isEqualTo(searched(exact, loose, text));
    assertThat(foundInHalves(automaton, text, text.length()))
        .isEqualTo(searched(exact, loose, text));
    assertThat(foundInHalves(automaton, text, 7)).isEqualTo(searched(exact, loose, text));
  }

  @Test
  void findsLiteralsWithinLiterals() {
    LiteralAutomaton automaton =
        new LiteralAutomaton.Builder()
            .add(LiteralAutomaton.Builder.symbols("she", false), false, 0)
            .add(LiteralAutomaton.Builder.symbols("he", false), false, 1)
            .add(LiteralAutomaton.Builder.symbols("hers", false), false, 2)
            .build();
    assertThat(found(automaton, "uSHErs")).containsExactly("4:0", "4:1", "6:2");
  }

  private static List<String> found(LiteralAutomaton automaton, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    List<String> found = new ArrayList<>();
    long hit = automaton.find(utf8, 0, utf8.length, automaton.start());
    while (hit != LiteralAutomaton.NONE) {
      int position = LiteralAutomaton.position(hit);
      for (int number : automaton.found(LiteralAutomaton.state(hit))) {
        found.add(position + ":" + number);
      }
      hit = automaton.find(utf8, position, utf8.length, LiteralAutomaton.state(hit));
    }
    return found;
  }

  /** Some bytes at a time, of which two halves are read side by side. */
  private static List<String> foundInHalves(LiteralAutomaton automaton, String text, int block) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    List<String> found = new ArrayList<>();
    Hits hits = new Hits();
    int state = automaton.start();
    for (int from = 0; from < utf8.length; from += block) {
      state = automaton.findAll(utf8, from, Math.min(utf8.length, from + block), state, hits);
      for (int i = 0; i < hits.size(); i++) {
        for (int number : automaton.found(hits.state(i))) {
          found.add(hits.position(i) + ":" + number);
        }
      }
    }
    return found;
  }

  /** At each place, every literal that ends there; a loose one may have separators inside. */
  private static List<String> searched(List<String> exact, List<String> loose, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    List<String> found = new ArrayList<>();
    for (int end = 1; end <= lower.length(); end++) {
      int number = 0;
      for (String literal : exact) {
        if (lower.substring(0, end).endsWith(literal)) {
          found.add(end + ":" + number);
        }
        number++;
      }
      boolean afterSeparator = LiteralAutomaton.isSeparator(lower.charAt(end - 1));
      String plain = lower.substring(0, end).replaceAll("[-_ ]", "");
      for (String literal : loose) {
        if (!afterSeparator && plain.endsWith(literal)) {
          found.add(end + ":" + number);
        }
        number++;
      }
    }
    return found;
  }
}
