package io.sluice.instrumentation.http;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.common.Clock;
import java.net.http.HttpClient;

/**
 * Observes a {@code java.net.http.HttpClient}: {@code
 * HttpClientTelemetry.create(otel).wrap(client)}.
 *
 * <p>Each request has a client span, a child of the span that is current when it is sent, and
 * carries W3C trace context and baggage in its headers. The span ends when the response's body has
 * been received, was given up by its reader, or the request failed or was cancelled; it is an error
 * with a status of 400 or more. User and password are left out of {@code url.full}.
 *
 * <p>Metrics: {@code http.client.request.duration} (s), {@code http.client.request.body.size} and
 * {@code http.client.response.body.size} (By; what passed).
 *
 * <p>WebSockets are passed to the client as they are. Safe for use by several threads.
 */
public final class HttpClientTelemetry {

  private final ClientRequests requests;

  private HttpClientTelemetry(ClientRequests requests) {
    this.requests = requests;
  }

  public static HttpClientTelemetry create(OpenTelemetry openTelemetry) {
    return create(openTelemetry, Clock.getDefault());
  }

  static HttpClientTelemetry create(OpenTelemetry openTelemetry, Clock clock) {
    return new HttpClientTelemetry(new ClientRequests(openTelemetry, clock));
  }

  /** A client that sends through the given one, which stays usable by itself. */
  public HttpClient wrap(HttpClient client) {
    return new ObservedClient(client, requests);
  }
}
