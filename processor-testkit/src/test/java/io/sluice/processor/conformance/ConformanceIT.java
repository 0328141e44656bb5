package io.sluice.processor.conformance;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.processor.conformance.WordsProcessor.Flaw;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A good processor keeps the promises, and one that keeps something beside its stores does not. */
@WithBroker
class ConformanceIT {

  @Conformance
  void aGoodProcessorKeepsThem(Subject subject) {
    WordsProcessor.describe(subject, Flaw.NONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"FORGETS", "LISTS_ELSEWHERE"})
  void findsWhatDiesWithAProcessAndWhatDoesNot(Flaw flaw, TestBroker broker) {
    Subject subject = new Subject();
    WordsProcessor.describe(subject, flaw);
    assertThatThrownBy(() -> Promise.RESTART.check(subject.described(), () -> broker))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("result");
  }
}
