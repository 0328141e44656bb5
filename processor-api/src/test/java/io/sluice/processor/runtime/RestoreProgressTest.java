package io.sluice.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreProgressTest {

  private static final TopicPartition A = new TopicPartition("changelog", 0);
  private static final TopicPartition B = new TopicPartition("changelog", 1);

  private final RestoreProgress progress = new RestoreProgress("traces", () -> 0);

  @Test
  void saysHowMuchIsLeftUntilAllIsThere() {
    assertThat(progress.sentence()).isEmpty();
    progress.onRestoreStart(A, "open", 100, 1_100);
    progress.onRestoreStart(B, "open", 0, 50);
    progress.onBatchRestored(A, "open", 400, 300);
    assertThat(progress.sentence()).contains("restoring state: 750 records left in 2 changelogs");
    progress.onRestoreEnd(A, "open", 1_000);
    progress.onRestoreEnd(B, "open", 50);
    assertThat(progress.sentence()).isEmpty();
  }

  @Test
  void aPartitionThatGoesElsewhereIsNotWaitedFor() {
    progress.onRestoreStart(A, "open", 0, 50);
    progress.onRestoreSuspended(A, "open", 10);
    progress.onBatchRestored(A, "open", 20, 10); // too late
    assertThat(progress.sentence()).isEmpty();
  }
}
