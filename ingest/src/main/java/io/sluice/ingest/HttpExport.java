package io.sluice.ingest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.Slice;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * OTLP/HTTP for one signal: protobuf or JSON, gzip or not.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>
 */
final class HttpExport implements HttpService {

  private final OtlpSignal signal;
  private final Senders senders;
  private final Exporter exporter;
  private final BodyReader bodies;
  private final OtlpJson json;
  private final Duration retryDelay;

  HttpExport(
      OtlpSignal signal,
      Senders senders,
      Exporter exporter,
      BodyReader bodies,
      OtlpJson json,
      Duration retryDelay) {
    this.signal = signal;
    this.senders = senders;
    this.exporter = exporter;
    this.bodies = bodies;
    this.json = json;
    this.retryDelay = retryDelay;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    boolean isJson = isJson(request.contentType());
    if (request.method() != HttpMethod.POST) {
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.METHOD_NOT_ALLOWED)
              .contentType(MediaType.PLAIN_TEXT_UTF_8)
              .add(HttpHeaderNames.ALLOW, HttpMethod.POST.name())
              .build(),
          HttpData.ofUtf8("OTLP is sent with POST\n"));
    }
    Optional<Outcome> refusal = senders.refusal(request, exporter);
    if (refusal.isPresent()) {
      return reply(refusal.get(), isJson);
    }
    if (!isJson && !isProtobuf(request.contentType())) {
      Outcome outcome =
          exporter.refused(
              Reason.UNSUPPORTED,
              "Content-Type must be application/x-protobuf or application/json");
      return reply(outcome, isJson);
    }
    String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    boolean gzip = encoding.equalsIgnoreCase("gzip");
    if (!gzip && !encoding.equalsIgnoreCase("identity")) {
      Outcome outcome =
          exporter.refused(Reason.UNSUPPORTED, "Content-Encoding must be gzip or absent");
      return reply(outcome, isJson);
    }
    CompletableFuture<Outcome> outcome =
        bodies.read(
            request,
            (body, share) -> {
              Slice plain = gzip ? bodies.inflate(body, share) : body;
              return exporter.export(signal, isJson ? protobuf(plain, share) : plain, share);
            });
    return HttpResponse.of(
        outcome
            .exceptionally(failure -> OutcomeOfFailure.of(failure, exporter))
            .thenApply(result -> reply(result, isJson)));
  }

  private Slice protobuf(Slice body, InFlight.Share share) {
    if (body.isEmpty()) {
      throw new InvalidInputException(
          Reason.MALFORMED, "the body is empty; JSON needs at least {}");
    }
    return json.toProtobuf(body, signal.prototype(), share::grow);
  }

  private HttpResponse reply(Outcome outcome, boolean isJson) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.valueOf(outcome.kind().httpStatus()))
            .contentType(isJson ? MediaType.JSON : MediaType.X_PROTOBUF);
    if (outcome.kind().retryable()) {
      headers.add(HttpHeaderNames.RETRY_AFTER, Long.toString(Math.max(1, retryDelay.toSeconds())));
    }
    if (outcome.kind() == Outcome.Kind.UNAUTHENTICATED) {
      headers.add(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    byte[] body = isJson ? Replies.json(outcome, signal) : Replies.httpProtobuf(outcome);
    return HttpResponse.of(headers.build(), HttpData.wrap(body));
  }

  private static boolean isJson(@Nullable MediaType type) {
    return type != null && type.is(MediaType.JSON.withoutParameters());
  }

  private static boolean isProtobuf(@Nullable MediaType type) {
    return type != null && (type.is(MediaType.X_PROTOBUF) || type.is(MediaType.PROTOBUF));
  }
}
