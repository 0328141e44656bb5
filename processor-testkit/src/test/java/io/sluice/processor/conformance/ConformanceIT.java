package io.sluice.processor.conformance;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.processor.conformance.WordsProcessor.Flaw;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import org.junit.jupiter.api.Test;

/** A good processor keeps the promises, and one that counts in memory does not. */
@WithBroker
class ConformanceIT {

  @Conformance
  void aGoodProcessorKeepsThem(Subject subject) {
    WordsProcessor.describe(subject, Flaw.NONE);
  }

  @Test
  void findsWhatARestartForgets(TestBroker broker) {
    Subject subject = new Subject();
    WordsProcessor.describe(subject, Flaw.FORGETS);
    assertThatThrownBy(() -> Promise.RESTART.check(subject.described(), () -> broker))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("result");
  }
}
