package io.sluice.processors.spanmetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.processor.testkit.StageTestDriver;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PendingCallsTest {

  private static final byte[] ONE = {1};
  private static final byte[] OTHER = {2};

  private final StageTestDriver driver = StageTestDriver.of(new SpanMetricsProcessor()).start();
  private final KeyValueStore<byte[], byte[]> store =
      driver.store(SpanMetricsTopology.PENDING_CALLS);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void waitsAsLongAgainAfterARestartWhereTheOtherSideMayHaveComeMeanwhile() {
    PendingCalls before = pending(0);
    before.put(OTHER, waiting("other"), 20);
    before.put(ONE, waiting("one", "more"), 10);

    PendingCalls after = pending(5000);

    assertThat(after.due(5099)).isNull();
    assertThat(after.due(5100)).as("that which waited longest").isEqualTo(ONE);
    assertThat(after.take(ONE).sides())
        .extracting(CallSide::service)
        .containsExactly("one", "more");
    assertThat(after.due(5100)).isEqualTo(OTHER);
  }

  @Test
  void remembersATraceThatWaitsNoMoreForAWhile() {
    PendingCalls before = pending(0);
    before.put(ONE, waiting("one").settled(), 10);
    before.put(OTHER, new EarlierSpans(List.of(), Map.of(-7L, "a", 9L, "b")), 20);

    PendingCalls after = pending(500);
    assertThat(after.due(Long.MAX_VALUE)).isNull();
    after.forget(1009);
    EarlierSpans spans = after.take(ONE);
    assertThat(spans.sides()).extracting(CallSide::settled).containsExactly(true);
    after.put(ONE, spans, 1009);
    assertThat(after.take(OTHER).services()).isEqualTo(Map.of(-7L, "a", 9L, "b"));

    after.forget(2009);
    assertThat(after.take(ONE)).isEqualTo(EarlierSpans.NONE);
    assertThat(store.get(ONE)).isNull();
  }

  @Test
  void givesWhatIsKnownOnce() {
    PendingCalls pending = pending(0);
    pending.put(ONE, waiting("one"), 10);

    assertThat(pending.take(ONE).sides()).hasSize(1);
    assertThat(pending.take(ONE)).isEqualTo(EarlierSpans.NONE);
  }

  @Test
  void refusesWhatAnotherBuildWroteInAnotherWay() {
    store.put(ONE, new byte[] {99, 1, 1});

    assertThatThrownBy(() -> pending(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("pending-calls")
        .hasMessageContaining("layout 99");
  }

  /** Waits for 100 ms, and remembers for a second. */
  private PendingCalls pending(long nowMillis) {
    return new PendingCalls(store, Duration.ofMillis(100), Duration.ofSeconds(1), nowMillis);
  }

  private static EarlierSpans waiting(String... services) {
    return new EarlierSpans(
        Arrays.stream(services).map(PendingCallsTest::side).toList(), Map.of(3L, "a"));
  }

  private static CallSide side(String service) {
    return new CallSide(
        true, false, false, 1, 2, service, "", "peer", false, 0.5, 1, 3, 4, false, new byte[0]);
  }
}
