package io.sluice.ingest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.Slice;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * OTLP/gRPC for one signal. A unary call is one framed message each way, so the frame is read here
 * and the message is passed on as bytes: a gRPC library would decode it.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over
 *     HTTP/2</a>
 */
final class GrpcExport implements HttpService {

  private static final MediaType GRPC = MediaType.parse("application/grpc+proto");
  private static final int FRAME_HEADER_BYTES = 5;

  private final OtlpSignal signal;
  private final Senders senders;
  private final Exporter exporter;
  private final BodyReader bodies;
  private final Duration retryDelay;

  GrpcExport(
      OtlpSignal signal,
      Senders senders,
      Exporter exporter,
      BodyReader bodies,
      Duration retryDelay) {
    this.signal = signal;
    this.senders = senders;
    this.exporter = exporter;
    this.bodies = bodies;
    this.retryDelay = retryDelay;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    MediaType type = request.contentType();
    if (request.method() != HttpMethod.POST
        || type == null
        || !type.subtype().startsWith("grpc")
        || type.subtype().startsWith("grpc-web")) {
      return HttpResponse.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE);
    }
    Optional<Outcome> refusal = senders.refusal(request, exporter);
    if (refusal.isPresent()) {
      return reply(refusal.get());
    }
    String encoding = request.headers().get("grpc-encoding", "identity");
    CompletableFuture<Outcome> outcome =
        bodies.read(
            request,
            (body, share) -> exporter.export(signal, message(body, encoding, share), share));
    return HttpResponse.of(
        outcome
            .exceptionally(failure -> OutcomeOfFailure.of(failure, exporter))
            .thenApply(this::reply));
  }

  private Slice message(Slice framed, String encoding, InFlight.Share share) {
    if (framed.length() < FRAME_HEADER_BYTES) {
      throw malformed("the call has no message");
    }
    int flag = framed.array()[framed.start()];
    long length = ByteBuffer.wrap(framed.array()).getInt(framed.start() + 1) & 0xffffffffL;
    if (length != framed.length() - FRAME_HEADER_BYTES) {
      throw malformed("the message's frame does not have the length that it says");
    }
    Slice message = new Slice(framed.array(), framed.start() + FRAME_HEADER_BYTES, framed.end());
    if (flag == 0) {
      return message;
    }
    if (flag != 1) {
      throw malformed("the message's frame does not say whether it is compressed");
    }
    if (!encoding.equalsIgnoreCase("gzip")) {
      throw new InvalidInputException(
          Reason.UNSUPPORTED, "a compressed message must say grpc-encoding: gzip");
    }
    return bodies.inflate(message, share);
  }

  private HttpResponse reply(Outcome outcome) {
    ResponseHeaders headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(GRPC)
            .add("grpc-accept-encoding", "gzip,identity")
            .build();
    HttpHeadersBuilder trailers =
        HttpHeaders.builder().add("grpc-status", Integer.toString(outcome.kind().grpcStatus()));
    if (outcome.kind() == Outcome.Kind.ACCEPTED) {
      byte[] message = Replies.protobufSuccess(outcome);
      byte[] framed =
          ByteBuffer.allocate(FRAME_HEADER_BYTES + message.length)
              .put((byte) 0)
              .putInt(message.length)
              .put(message)
              .array();
      return HttpResponse.of(headers, HttpData.wrap(framed), trailers.build());
    }
    trailers.add("grpc-message", percentEncoded(outcome.message()));
    if (outcome.kind().retryable()) {
      byte[] details = Replies.status(outcome, retryDelay);
      trailers.add(
          "grpc-status-details-bin", Base64.getEncoder().withoutPadding().encodeToString(details));
    }
    return HttpResponse.of(headers, HttpData.empty(), trailers.build());
  }

  private static InvalidInputException malformed(String sentence) {
    return new InvalidInputException(Reason.MALFORMED, sentence);
  }

  private static String percentEncoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
