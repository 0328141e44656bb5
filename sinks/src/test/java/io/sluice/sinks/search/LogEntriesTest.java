package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Telemetry;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LogEntriesTest {

  @Test
  void givesALineWithoutATimeThatOfItsRecordHoweverFarOff() {
    assertThat(timeOf(5)).isEqualTo(5_000_000);
    assertThat(timeOf(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(timeOf(10_000_000_000_000L)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aRecordHasTheSameIdsAtEachReadingAndTheNextAtItsPlaceOthers() {
    assertThat(entry(5, "before").id()).isEqualTo(entry(5, "before").id());
    // The topic was deleted and made anew: offsets begin again.
    assertThat(entry(5, "after").id()).isNotEqualTo(entry(5, "before").id());
  }

  private static long timeOf(long recordMillis) {
    return entry(recordMillis, "x").timeUnixNano();
  }

  private static LogEntry entry(long recordMillis, String line) {
    byte[] request =
        Telemetry.logs(Telemetry.service("cart").log(line).at(Instant.EPOCH)).toByteArray();
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "sluice.logs",
            0,
            7,
            recordMillis,
            TimestampType.CREATE_TIME,
            0,
            request.length,
            new byte[0],
            request,
            new RecordHeaders(),
            Optional.empty());
    return LogEntries.of(record).get(0);
  }
}
