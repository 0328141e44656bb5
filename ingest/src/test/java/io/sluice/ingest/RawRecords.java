package io.sluice.ingest;

import io.sluice.testkit.TestBroker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What comes to the raw topics, test by test: topics of their own for each would take long. */
final class RawRecords {

  private final TestBroker broker;
  private final Set<String> seen = new HashSet<>();

  RawRecords(TestBroker broker) {
    this.broker = broker;
  }

  /** The values that have come since this was last asked for the signal. */
  List<byte[]> added(OtlpSignal signal) {
    List<byte[]> added = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : broker.records(signal.topic())) {
      if (seen.add(record.topic() + "-" + record.partition() + "@" + record.offset())) {
        added.add(record.value());
      }
    }
    return added;
  }
}
