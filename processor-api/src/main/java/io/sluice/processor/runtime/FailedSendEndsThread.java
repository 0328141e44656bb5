package io.sluice.processor.runtime;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;

/**
 * Ends the stream thread when the broker did not take a record, also when it may take it later: see
 * {@link StageClients} for why tasks must not be revived in place.
 */
public final class FailedSendEndsThread implements ProductionExceptionHandler {

  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    return Response.fail();
  }
}
