package io.sluice.ingest;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** gRPC by hand, so that a test sees frames and trailers. */
final class Grpc {

  private Grpc() {}

  static CompletableFuture<AggregatedHttpResponse> call(
      RunningIngest ingest,
      String path,
      String contentType,
      @Nullable String encoding,
      byte[] body) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(HttpMethod.POST, path)
            .add("content-type", contentType)
            .add("te", "trailers");
    if (encoding != null) {
      headers.add("grpc-encoding", encoding);
    }
    return WebClient.builder(ingest.grpcEndpoint().replace("http:", "h2c:"))
        .responseTimeoutMillis(60_000)
        .build()
        .execute(HttpRequest.of(headers.build(), HttpData.wrap(body)))
        .aggregate();
  }

  /** The message in its frame; 0 is plain, 1 compressed. */
  static byte[] frame(int flag, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flag)
        .putInt(message.length)
        .put(message)
        .array();
  }
}
