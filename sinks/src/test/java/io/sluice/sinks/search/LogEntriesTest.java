package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Service;
import io.sluice.testkit.Telemetry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  @Test
  void keepsOfALargeResourceWhatThereIsRoomForInAllLogs() {
    Service service =
        Telemetry.service("cart")
            .with("process.command_line", "x".repeat(60 << 10))
            .with("host.name", "h1");
    List<LogEntry> few = entries(service, 1_000);
    assertThat(few.get(999).resource()).containsKey("process.command_line").hasSize(3);

    List<LogEntry> many = entries(service, 5_000);

    assertThat(many)
        .hasSize(5_000)
        .allSatisfy(
            entry ->
                assertThat(entry.resource())
                    .containsOnly(
                        Map.entry("service.name", "cart"),
                        Map.entry("host.name", "h1"),
                        Map.entry("sluice.resource.attributes_left_out", "1")));
    assertThat(many.get(4_999).body()).isEqualTo("line 4999");
    assertThat(many.get(4_999).service()).isEqualTo("cart");
  }

  @Test
  void aNameOfMegabytesIsNotInEachLog() {
    List<LogEntry> entries = entries(Telemetry.service("s".repeat(2 << 20)), 10_000);
    assertThat(entries.stream().mapToLong(LogEntry::length).sum()).isLessThan(65L << 20);
    assertThat(entries.get(0).service()).startsWith("sss");
  }

  private static List<LogEntry> entries(Service service, int lines) {
    List<LogBuilder> logs = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      logs.add(service.log("line " + i).at(Instant.EPOCH));
    }
    return entries(5, Telemetry.logs(logs).toByteArray());
  }

  private static long timeOf(long recordMillis) {
    return entry(recordMillis, "x").timeUnixNano();
  }

  private static LogEntry entry(long recordMillis, String line) {
    byte[] request =
        Telemetry.logs(Telemetry.service("cart").log(line).at(Instant.EPOCH)).toByteArray();
    return entries(recordMillis, request).get(0);
  }

  private static List<LogEntry> entries(long recordMillis, byte[] request) {
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
    return LogEntries.of(record);
  }
}
