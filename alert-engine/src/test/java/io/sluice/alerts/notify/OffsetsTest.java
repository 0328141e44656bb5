package io.sluice.alerts.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OffsetsTest {

  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

  private final Offsets offsets = new Offsets();

  @Test
  void commitsNothingBehindWhatSomebodyHasStillToBeTold() {
    offsets.assign(PARTITION, 10, 10);
    offsets.read(record(10), 2);
    offsets.read(record(11), 1);
    offsets.read(record(12), 0);
    assertThat(offsets.toCommit()).isEmpty();

    offsets.done(record(11));
    offsets.done(record(10));
    assertThat(offsets.toCommit()).as("one of two has the first").isEmpty();

    offsets.done(record(10));
    assertThat(offsets.toCommit()).isEqualTo(Map.of(PARTITION, new OffsetAndMetadata(13)));
    assertThat(offsets.toCommit()).as("once").isEmpty();
  }

  @Test
  void tellsOnlyWhatIsBehindTheCommit() {
    offsets.assign(PARTITION, 10, 10);

    assertThat(offsets.isNew(record(9))).isFalse();
    assertThat(offsets.isNew(record(10))).isTrue();
    offsets.read(record(10), 0);
    assertThat(offsets.isNew(record(10))).isFalse();
  }

  @Test
  void commitsAfterWhatFiredBeforeThereWasANotifier() {
    offsets.assign(PARTITION, 10, -1);
    offsets.hold(record(3), 1);
    offsets.read(record(10), 0);
    assertThat(offsets.toCommit()).isEqualTo(Map.of(PARTITION, new OffsetAndMetadata(3)));

    offsets.done(record(3));
    assertThat(offsets.toCommit()).isEqualTo(Map.of(PARTITION, new OffsetAndMetadata(11)));
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset) {
    return new ConsumerRecord<>("t", 0, offset, new byte[0], new byte[0]);
  }
}
