package io.sluice.processor.conformance;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.processor.conformance.WordsProcessor.Flaw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each flaw is found by the promise that it breaks; these need no broker. */
class PromiseTest {

  @Test
  void findsNothingWhereNothingIsWrong() {
    Subject subject = subject(Flaw.NONE);
    check(Promise.POISON, subject);
    check(Promise.REPLAY, subject);
    check(Promise.STATE, subject);
  }

  @Test
  void findsWhatCountsPoison() {
    finds(Promise.POISON, Flaw.READS_ANYTHING, "poison changed the result");
  }

  @Test
  void findsWhatReplayGivesOtherwise() {
    finds(Promise.REPLAY, Flaw.RANDOM, "the second run of the same input");
  }

  @Test
  void findsStateThatGrows() {
    finds(Promise.STATE, Flaw.HOARDS, "has to be forgotten");
  }

  @Test
  void findsAnEntryThatGrows() {
    finds(Promise.STATE, Flaw.LENGTHENS, "an entry has to come to an end");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void findsWindowsAndSessionsThatPileUp(boolean sessions) {
    Subject subject = new Subject();
    WindowsProcessor.describe(subject, sessions);
    assertThatThrownBy(() -> check(Promise.STATE, subject))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("has to be forgotten");
  }

  private static void finds(Promise promise, Flaw flaw, String says) {
    Subject subject = subject(flaw);
    assertThatThrownBy(() -> check(promise, subject))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(says);
  }

  private static Subject subject(Flaw flaw) {
    Subject subject = new Subject();
    WordsProcessor.describe(subject, flaw);
    return subject;
  }

  private static void check(Promise promise, Subject subject) {
    promise.check(
        subject.described(),
        () -> {
          throw new AssertionError("needs no broker");
        });
  }
}
