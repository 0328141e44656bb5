package io.sluice.sinks.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.stage.StartException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.opensearch.client.opensearch.generic.Body;
import org.opensearch.client.opensearch.generic.OpenSearchGenericClient;
import org.opensearch.client.opensearch.generic.Request;
import org.opensearch.client.opensearch.generic.Requests;
import org.opensearch.client.opensearch.generic.Response;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5Options;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5Transport;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;
import org.opensearch.client.transport.httpclient5.ResponseException;

/**
 * Sends requests to a cluster, over several connections to its nodes in turn. What an answer means
 * is for the caller: no status is an exception. Safe for use by several threads.
 */
final class OpenSearchClient implements AutoCloseable {

  static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Bytes of any reply: a record of 8 MiB has a third more in base64, and a text may need escapes.
   */
  static final int MAX_REPLY = 32 << 20;

  /** More than a console answers at once. */
  private static final int READING_CONNECTIONS = 24;

  private static final String JSON_TYPE = "application/json";
  private static final String LINES_TYPE = "application/x-ndjson";

  /**
   * @param body empty when there is none
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
  record Reply(int status, byte[] body) {

    boolean isOk() {
      return status / 100 == 2;
    }

    /** Whether people must mend something first: these credentials may not do that. */
    boolean isRefused() {
      return status == 401 || (status == 403 && !isBlocked());
    }

    /** Whether an index, or all, takes no writes: the disk may be full. */
    private boolean isBlocked() {
      return error().path("type").asText().equals("cluster_block_exception");
    }

    /**
     * @throws IOException when it is no JSON
     */
    JsonNode json() throws IOException {
      return JSON.readTree(body);
    }

    /**
     * What the cluster says of the whole request: its {@code type} and {@code reason}. Empty when
     * it is something that stands before the cluster that answers.
     */
    JsonNode error() {
      try {
        return json().path("error");
      } catch (IOException e) {
        return MissingNode.getInstance();
      }
    }

    /** What the cluster says is wrong: the type of the error and its reason, shortened. */
    String sentence() {
      JsonNode error = error();
      if (error.isMissingNode()) {
        return Integer.toString(status);
      }
      String reason = error.isTextual() ? error.asText() : error.path("reason").asText();
      String text = status + " " + error.path("type").asText() + ": " + reason;
      return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }
  }

  private final OpenSearchConfig config;
  private final ApacheHttpClient5Transport transport;
  private final OpenSearchGenericClient client;
  private final SearchesUnderWay searches = new SearchesUnderWay();

  /**
   * @param connections to a node, at most
   * @throws StartException when a file of the configuration cannot be used
   */
  private OpenSearchClient(OpenSearchConfig config, int connections) {
    this.config = config;
    HttpHost[] hosts =
        config.urls().stream()
            .map(URI::create)
            .map(uri -> new HttpHost(uri.getScheme(), uri.getHost(), port(uri)))
            .toArray(HttpHost[]::new);
    Timeout timeout = Timeout.ofMilliseconds(config.timeout().toMillis());
    var pool =
        PoolingAsyncClientConnectionManagerBuilder.create()
            .setDefaultConnectionConfig(
                ConnectionConfig.custom().setConnectTimeout(timeout).build())
            .setMaxConnPerRoute(connections)
            .setMaxConnTotal(4 * connections);
    if (config.urls().get(0).startsWith("https")) {
      try {
        pool.setTlsStrategy(
            ClientTlsStrategyBuilder.create().setSslContext(config.tls().context()).buildAsync());
      } catch (StartException e) {
        throw new StartException("searchSink.openSearch." + e.getMessage(), e);
      }
    }
    transport =
        ApacheHttpClient5TransportBuilder.builder(hosts)
            .setHttpClientConfigCallback(
                http ->
                    http.setConnectionManager(pool.build())
                        .addExecInterceptorLast("searches", searches)
                        .disableAutomaticRetries()
                        .disableRedirectHandling()
                        .disableCookieManagement()
                        .disableAuthCaching()
                        .setUserAgent("sluice"))
            .setRequestConfigCallback(
                request -> request.setResponseTimeout(timeout).setConnectionRequestTimeout(timeout))
            .build();
    client = new OpenSearchGenericClient(transport);
  }

  /**
   * For bulk requests, and one more at a time.
   *
   * @throws StartException when a file of the configuration cannot be used
   */
  static OpenSearchClient forWriting(OpenSearchConfig config) {
    return new OpenSearchClient(config, config.maxConcurrency() + 1);
  }

  /**
   * For queries, which have connections of their own: however many wait for their answers, writing
   * goes on.
   *
   * @throws StartException when a file of the configuration cannot be used
   */
  static OpenSearchClient forReading(OpenSearchConfig config) {
    return new OpenSearchClient(config, READING_CONNECTIONS);
  }

  private static int port(URI uri) {
    return uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 9200;
  }

  Reply get(String path) throws IOException {
    return send("GET", path, Map.of(), null);
  }

  Reply put(String path, JsonNode body) throws IOException {
    return send("PUT", path, Map.of(), json(body));
  }

  Reply post(String path, JsonNode body) throws IOException {
    return send("POST", path, Map.of(), json(body));
  }

  Reply delete(String path) throws IOException {
    return send("DELETE", path, Map.of(), null);
  }

  /**
   * For one request. The transport takes headers from here only: those of the request itself it
   * does not send.
   *
   * @param most bytes of the reply
   * @throws OpenSearchUnavailableException when the credentials cannot be read: people must mend
   *     that, as when they are not good
   */
  private OpenSearchGenericClient client(int most, Map<String, String> headers) {
    ApacheHttpClient5Options.Builder options =
        ((ApacheHttpClient5Options) transport.options()).toBuilder();
    options.setHttpAsyncResponseConsumerFactory(() -> new BoundedReply(most));
    headers.forEach(options::addHeader);
    try {
      config
          .credentials()
          .authorization()
          .ifPresent(value -> options.addHeader("Authorization", value));
    } catch (IOException e) {
      throw new OpenSearchUnavailableException(
          "cannot read the credentials for OpenSearch: " + e.getMessage(), e);
    }
    return client.withTransportOptions(options.build());
  }

  /**
   * Asks, and ends the search in the cluster too when nobody waits for it any more.
   *
   * @param most bytes of the reply
   * @param stopped whether nobody waits for the answer any more
   * @throws QueryStoppedException when it is
   * @throws ReplyTooLargeException when there is more
   */
  Reply search(
      String indexes,
      Map<String, String> parameters,
      JsonNode body,
      int most,
      BooleanSupplier stopped)
      throws IOException {
    Request request = request("POST", "/" + indexes + "/_search", parameters, json(body));
    String id = searches.newId();
    OpenSearchGenericClient identified = client(most, Map.of(SearchesUnderWay.ID, id));
    searches.begin(id);
    CompletableFuture<Response> asked =
        identified.executeAsync(request).whenComplete((answer, failure) -> searches.forget(id));
    while (!stopped.getAsBoolean()) {
      try {
        return reply(asked.get(100, TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        // asked again whether anybody waits
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      } catch (ExecutionException e) {
        return refusal(e);
      }
    }
    searches.abort(id);
    throw new QueryStoppedException();
  }

  Reply count(String indexes, Map<String, String> parameters) throws IOException {
    return send("GET", "/" + indexes + "/_count", parameters, null);
  }

  /**
   * Sends lines, each action before its document. They are copied before anything is waited for.
   */
  Reply bulk(Slice lines) throws IOException {
    return send(
        "POST",
        "/_bulk",
        Map.of("filter_path", "errors,items.*.status,items.*.error.type,items.*.error.reason"),
        Body.from(
            new ByteArrayInputStream(lines.array(), lines.start(), lines.length()), LINES_TYPE));
  }

  private static Body json(JsonNode body) throws JsonProcessingException {
    return Body.from(JSON.writeValueAsBytes(body), JSON_TYPE);
  }

  private Reply send(
      String method, String path, Map<String, String> parameters, @Nullable Body body)
      throws IOException {
    OpenSearchGenericClient allowed = client(MAX_REPLY, Map.of());
    try {
      return reply(allowed.execute(request(method, path, parameters, body)));
    } catch (IOException | RuntimeException e) {
      return refusal(e);
    }
  }

  private static Request request(
      String method, String path, Map<String, String> parameters, @Nullable Body body) {
    return Requests.create(method, path, List.of(), parameters, body);
  }

  /** The transport throws 401 and 403, with the answer at the end of the message. */
  private static Reply refusal(Exception failure) throws IOException {
    ResponseException refused = cause(failure, ResponseException.class);
    if (refused != null) {
      String message = String.valueOf(refused.getMessage());
      String body = message.substring(message.indexOf('\n') + 1);
      return new Reply(refused.status(), body.getBytes(StandardCharsets.UTF_8));
    }
    SSLException untrusted = cause(failure, SSLException.class);
    if (untrusted != null) {
      throw untrusted;
    }
    IOException io = cause(failure, IOException.class);
    throw io != null ? io : new IOException("the client failed", failure);
  }

  private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
  }

  private static Reply reply(Response response) throws IOException {
    try (response) {
      Body body = response.getBody().orElse(null);
      return new Reply(
          response.getStatus(), body == null ? new byte[0] : body.body().readAllBytes());
    }
  }

  @Override
  public void close() {
    try {
      transport.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot close the connections to OpenSearch", e);
    }
  }
}
