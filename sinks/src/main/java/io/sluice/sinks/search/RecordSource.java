package io.sluice.sinks.search;

import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.stage.DeadLetterWriter;
import io.sluice.schemas.stage.StageMeters;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of a topic; what a store refuses of it becomes one dead letter. Of a record of logs the
 * letter holds only the log that was refused: a redrive of all would store the others twice.
 */
final class RecordSource implements DocumentSource {

  private static final int ALL = -1;

  private final ConsumerRecord<byte[], byte[]> record;
  private final int log;
  private final long arrivedMillis;
  private final StageMeters meters;
  private final DeadLetterWriter deadLetters;
  private final AtomicBoolean refused = new AtomicBoolean();

  RecordSource(
      ConsumerRecord<byte[], byte[]> record,
      long arrivedMillis,
      StageMeters meters,
      DeadLetterWriter deadLetters) {
    this(record, ALL, arrivedMillis, meters, deadLetters);
  }

  private RecordSource(
      ConsumerRecord<byte[], byte[]> record,
      int log,
      long arrivedMillis,
      StageMeters meters,
      DeadLetterWriter deadLetters) {
    this.record = record;
    this.log = log;
    this.arrivedMillis = arrivedMillis;
    this.meters = meters;
    this.deadLetters = deadLetters;
  }

  /**
   * One log of a record.
   *
   * @param number of the log in the record, from 0
   */
  static DocumentSource ofLog(
      ConsumerRecord<byte[], byte[]> record,
      int number,
      long arrivedMillis,
      StageMeters meters,
      DeadLetterWriter deadLetters) {
    return new RecordSource(record, number, arrivedMillis, meters, deadLetters);
  }

  @Override
  public String place() {
    return RecordPlace.of(record);
  }

  @Override
  public long arrivedMillis() {
    return arrivedMillis;
  }

  @Override
  public void refused(String why) {
    if (refused.compareAndSet(false, true)) {
      meters.dead(Reason.REJECTED, 1);
      deadLetters.write(log == ALL ? record : onlyLog(), Reason.REJECTED, why);
    }
  }

  private ConsumerRecord<byte[], byte[]> onlyLog() {
    ProtoWriter request = new ProtoWriter(1024);
    int[] number = {0};
    OtlpRequest.forEachRecord(
        Slice.of(record.value()),
        (resource, scope, each) -> {
          if (number[0]++ == log) {
            int group = request.begin(1);
            request.bytes(1, resource.bytes());
            int scopes = request.begin(2);
            request.bytes(1, scope.bytes());
            request.bytes(2, each);
            request.end(scopes);
            request.end(group);
          }
        });
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        request.size(),
        record.key(),
        request.toBytes(),
        record.headers(),
        record.leaderEpoch());
  }
}
