package io.sluice.sinks.search;

import io.micrometer.core.instrument.Counter;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.schemas.stage.DeadLetterWriter;
import io.sluice.schemas.stage.StageMeters;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Puts what a record of one of the topics says into the store, or what is wrong with it into the
 * dead letters. Safe for as many threads as the store lets write.
 */
final class RecordIndexer {

  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());
  private static final AvroSerde<Redaction> REDACTIONS = AvroSerde.of(Redaction.getClassSchema());

  private final SearchStore store;
  private final StageMeters meters;
  private final Clock clock;
  private final DeadLetterWriter deadLetters;
  private final Counter shortened;

  /**
   * @param shortened counts the logs without some of their resource
   */
  RecordIndexer(
      SearchStore store,
      StageMeters meters,
      Clock clock,
      DeadLetterWriter deadLetters,
      Counter shortened) {
    this.store = store;
    this.meters = meters;
    this.clock = clock;
    this.deadLetters = deadLetters;
    this.shortened = shortened;
  }

  void index(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    long startNanos = System.nanoTime(); // a duration for a metric, not logic
    meters.in(1);
    meters.eventDelay(Duration.ofMillis(Math.max(0, clock.millis() - record.timestamp())));
    try {
      DeadLetterWriter.withValue(record);
      meters.out(put(topic, record));
    } catch (InvalidInputException e) {
      meters.dead(e.reason(), 1);
      deadLetters.write(record, e.reason(), String.valueOf(e.getMessage()));
    }
    meters.processed(Duration.ofNanos(System.nanoTime() - startNanos));
  }

  /** How many entries it was. */
  private int put(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    long arrived = Arrival.of(record.timestamp(), topic, clock.millis());
    if (Topics.LOGS.equals(topic)) {
      List<LogEntry> entries = LogEntries.of(record);
      for (int i = 0; i < entries.size(); i++) {
        LogEntry entry = entries.get(i);
        store.put(entry, RecordSource.ofLog(record, i, arrived, meters, deadLetters));
        if (entry.resource().containsKey(SharedTexts.LEFT_OUT)) {
          shortened.increment();
        }
      }
      return entries.size();
    }
    DocumentSource source = new RecordSource(record, arrived, meters, deadLetters);
    if (Topics.TRACES.equals(topic)) {
      store.put(TRACES.decode(record.value()), source);
    } else {
      store.put(REDACTIONS.decode(record.value()), source);
    }
    return 1;
  }
}
