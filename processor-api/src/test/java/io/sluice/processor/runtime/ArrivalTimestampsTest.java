package io.sluice.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ArrivalTimestampsTest {

  @Test
  void keepsATimeOfThePast() {
    assertThat(extract(0)).isZero();
    assertThat(extract(1_700_000_000_000L)).isEqualTo(1_700_000_000_000L);
  }

  @Test
  void timesBefore1970AndAfterNowAreNow() {
    long before = System.currentTimeMillis();

    assertThat(extract(-1)).isBetween(before, System.currentTimeMillis());
    assertThat(extract(Long.MIN_VALUE)).isBetween(before, System.currentTimeMillis());
    assertThat(extract(before + 600_000)).isBetween(before, System.currentTimeMillis());
    assertThat(extract(Long.MAX_VALUE)).isBetween(before, System.currentTimeMillis());
  }

  private static long extract(long timestamp) {
    ConsumerRecord<Object, Object> record =
        new ConsumerRecord<>(
            "otlp_logs",
            0,
            0,
            timestamp,
            TimestampType.CREATE_TIME,
            0,
            0,
            "key",
            "value",
            new RecordHeaders(),
            Optional.empty());
    return new ArrivalTimestamps().extract(record, 0);
  }
}
