package io.sluice.instrumentation.http;

import com.linecorp.armeria.client.HttpClient;
import com.linecorp.armeria.server.HttpService;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.common.Clock;
import java.util.function.Function;

/**
 * Decorators for Armeria: {@code Server.builder().decorator(telemetry.server())} and {@code
 * WebClient.builder(…).decorator(telemetry.client())}.
 *
 * <p>Spans are current wherever Armeria's request context is, so also in its event loops and its
 * blocking task executor, and end when the whole response has been sent or received, or was given
 * up. On the server a failure, an aborted body and a status of 500 or more make the span an error;
 * on the client also a status of 400 or more.
 *
 * <p>Metrics: {@code http.server.request.duration} and {@code http.client.request.duration} (s),
 * and {@code …request.body.size} and {@code …response.body.size} (By) of both, as Armeria counts
 * the bodies while they pass.
 *
 * <p>Before retries ({@code .decorator(telemetry.client()).decorator(RetryingClient…)}) each
 * attempt is a span of its own. gRPC is observed as HTTP. Not beside OpenTelemetry's library for
 * Armeria, which would make the same spans again. Only for services that have Armeria on their
 * class path. Safe for use by several threads.
 */
public final class ArmeriaTelemetry {

  private final ServerRequests served;
  private final ClientRequests sent;

  private ArmeriaTelemetry(ServerRequests served, ClientRequests sent) {
    this.served = served;
    this.sent = sent;
  }

  public static ArmeriaTelemetry create(OpenTelemetry openTelemetry) {
    return new ArmeriaTelemetry(
        new ServerRequests(openTelemetry, Clock.getDefault()),
        new ClientRequests(openTelemetry, Clock.getDefault()));
  }

  /** For services. {@code http.route} is the pattern of Armeria's route. */
  public Function<? super HttpService, ? extends HttpService> server() {
    return service -> new ArmeriaService(service, served);
  }

  /** For clients. */
  public Function<? super HttpClient, ? extends HttpClient> client() {
    return client -> new ArmeriaClient(client, sent);
  }
}
