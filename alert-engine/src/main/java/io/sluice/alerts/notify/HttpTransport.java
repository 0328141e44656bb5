package io.sluice.alerts.notify;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Over HTTP, without following redirects: what is signed for one receiver is for no other. The user
 * and the password of an address are sent as such (Basic).
 */
final class HttpTransport implements Transport {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Duration timeout;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  HttpTransport() {
    this(TIMEOUT);
  }

  /**
   * @param timeout for the whole answer: the client's own ends with its headers, and a receiver
   *     that never ends the rest would be told nothing more
   */
  HttpTransport(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public CompletableFuture<Reply> post(URI address, Map<String, String> headers, byte[] body) {
    CompletableFuture<HttpResponse<String>> sent;
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(address)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(body));
      headers.forEach(request::header);
      String user = address.getUserInfo(); // the client leaves it out
      if (user != null) {
        byte[] bytes = user.getBytes(StandardCharsets.UTF_8);
        request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
      }
      sent = client.sendAsync(request.build(), unused -> new BeginOfBody());
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(Reply.of(null, e)); // such as a port that cannot be
    }
    return sent.copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (response, failure) -> {
              sent.cancel(true); // does nothing to what is complete
              return Reply.of(response, failure);
            });
  }
}
