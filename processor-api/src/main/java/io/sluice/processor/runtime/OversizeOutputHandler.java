package io.sluice.processor.runtime;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.stage.StageMeters;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;

/**
 * Keeps an output record over the broker's limit from stopping the stream: its input becomes a dead
 * letter. Stages split what they write, so this is the last line, not the way.
 */
public final class OversizeOutputHandler implements ProductionExceptionHandler {

  static final String STAGE = "sluice.stage";
  static final String METERS = "sluice.stage.meters";
  static final String DEAD_LETTER_TOPIC = "sluice.dead.letter.topic";

  private static final AvroSerde<DeadLetter> SERDE = AvroSerde.of(DeadLetter.getClassSchema());

  private String stage = "";
  private String deadLetterTopic = "";

  @SuppressWarnings("NullAway.Init") // configure comes first
  private StageMeters meters;

  @Override
  public void configure(Map<String, ?> configs) {
    stage = String.valueOf(configs.get(STAGE));
    deadLetterTopic = String.valueOf(configs.get(DEAD_LETTER_TOPIC));
    if (!(configs.get(METERS) instanceof StageMeters given)) {
      throw new IllegalArgumentException(METERS + " is missing");
    }
    meters = given;
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RetriableException) {
      return Response.retry();
    }
    if (!(exception instanceof RecordTooLargeException)
        || record.topic().equals(deadLetterTopic)
        || context.sourceRawValue() == null) {
      return Response.fail();
    }
    meters.dead(Reason.TOO_LARGE, 1);
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage(stage)
            .setReason(Reason.TOO_LARGE)
            .setMessage("what it became is too large for topic " + record.topic())
            .setTopic(context.topic())
            .setPartition(context.partition())
            .setOffset(context.offset())
            .setTimestampMillis(context.timestamp())
            .setKey(context.sourceRawKey() == null ? null : ByteBuffer.wrap(context.sourceRawKey()))
            .setValue(ByteBuffer.wrap(context.sourceRawValue()))
            .build();
    return Response.resume(
        List.of(
            new ProducerRecord<>(deadLetterTopic, context.sourceRawKey(), SERDE.encode(letter))));
  }
}
