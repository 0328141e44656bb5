package io.sluice.processors.spanmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import java.util.List;
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
  void goesOnAfterARestartInTheOrderOfTheDeadlines() {
    PendingCalls before = new PendingCalls(store);
    before.put(OTHER, List.of(side("other")), 20);
    before.put(ONE, List.of(side("one"), side("more")), 10);

    PendingCalls after = new PendingCalls(store);

    assertThat(after.due(9)).isNull();
    assertThat(after.due(10)).isEqualTo(ONE);
    assertThat(after.take(ONE)).extracting(CallSide::service).containsExactly("one", "more");
    assertThat(after.due(10)).isNull();
    assertThat(after.due(20)).isEqualTo(OTHER);
  }

  @Test
  void givesWhatWaitsOnce() {
    PendingCalls pending = new PendingCalls(store);
    pending.put(ONE, List.of(side("one")), 10);

    assertThat(pending.take(ONE)).hasSize(1);
    assertThat(pending.take(ONE)).isEmpty();
    assertThat(new PendingCalls(store).due(Long.MAX_VALUE)).isNull();
  }

  private static CallSide side(String service) {
    return new CallSide(
        true, false, false, 1, 2, service, "", "peer", false, 0.5, 1, 3, 4, new byte[0]);
  }
}
