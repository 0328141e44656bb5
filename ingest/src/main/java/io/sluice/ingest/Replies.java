package io.sluice.ingest;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.sluice.schemas.otlp.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Bodies of replies. {@code Export*ServiceResponse} and {@code google.rpc.Status} are a few fields
 * each, so they are written as such.
 */
final class Replies {

  private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

  private Replies() {}

  /** The response message: empty, or a partial success with count and reason. */
  static byte[] protobufSuccess(Outcome outcome) {
    if (outcome.rejected() == 0) {
      return new byte[0];
    }
    ProtoWriter partial = new ProtoWriter(64);
    partial.varint(1, outcome.rejected());
    partial.utf8(2, outcome.message());
    ProtoWriter response = new ProtoWriter(64);
    response.bytes(1, partial.slice());
    return response.toBytes();
  }

  static byte[] httpProtobuf(Outcome outcome) {
    if (outcome.kind() == Outcome.Kind.ACCEPTED) {
      return protobufSuccess(outcome);
    }
    return statusWithoutDetails(outcome).toBytes();
  }

  /** {@code google.rpc.Status} with a {@code RetryInfo}, which tells OTLP clients to come back. */
  static byte[] status(Outcome outcome, Duration retryDelay) {
    ProtoWriter delay = new ProtoWriter(16);
    delay.varint(1, retryDelay.toSeconds());
    delay.varint(2, retryDelay.toNanosPart());
    ProtoWriter retryInfo = new ProtoWriter(16);
    retryInfo.bytes(1, delay.slice());
    ProtoWriter any = new ProtoWriter(64);
    any.utf8(1, RETRY_INFO);
    any.bytes(2, retryInfo.slice());
    ProtoWriter status = statusWithoutDetails(outcome);
    status.bytes(3, any.slice());
    return status.toBytes();
  }

  static byte[] json(Outcome outcome, OtlpSignal signal) {
    String text;
    if (outcome.kind() != Outcome.Kind.ACCEPTED) {
      text =
          "{\"code\":"
              + outcome.kind().grpcStatus()
              + ",\"message\":\""
              + quoted(outcome.message())
              + "\"}";
    } else if (outcome.rejected() == 0) {
      text = "{}";
    } else {
      text =
          "{\"partialSuccess\":{\""
              + signal.rejectedName()
              + "\":\""
              + outcome.rejected()
              + "\",\"errorMessage\":\""
              + quoted(outcome.message())
              + "\"}}";
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ProtoWriter statusWithoutDetails(Outcome outcome) {
    ProtoWriter status = new ProtoWriter(128);
    status.varint(1, outcome.kind().grpcStatus());
    status.utf8(2, outcome.message());
    return status;
  }

  private static String quoted(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }
}
