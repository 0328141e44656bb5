package io.sluice.schemas.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.slice.Slices;
import io.trino.re2j.Matcher;
import io.trino.re2j.Pattern;
import org.junit.jupiter.api.Test;

class ExpressionsTest {

  @Test
  void sameExpressionIsCompiledOnce() {
    assertThat(Expressions.compile("ab+c")).isSameAs(Expressions.compile("ab+c"));
  }

  /** This one's automaton has a state for each set of places at which an a stood. */
  @Test
  void goesOnFindingWhenItsAutomatonIsFull() {
    Pattern pattern = Expressions.compile("a[ab]{20}c");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4000; i++) {
      text.append(Integer.toBinaryString(i).replace('0', 'a').replace('1', 'b'));
    }
    text.append("a").append("b".repeat(20)).append("c");
    Matcher matcher = pattern.matcher(Slices.utf8Slice(text.toString()));

    assertThat(matcher.find()).isTrue();
    assertThat(matcher.end() - matcher.start()).isEqualTo(22);
  }
}
