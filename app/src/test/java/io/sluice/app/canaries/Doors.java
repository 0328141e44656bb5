package io.sluice.app.canaries;

import com.google.protobuf.Message;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import io.sluice.schemas.Signal;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.JsonPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends to a running Sluice by every {@link Door}; each call returns when it was answered. */
public final class Doors implements AutoCloseable {

  private static final int MAX_RECORD_BYTES = 8 << 20;

  /**
   * What was answered.
   *
   * @param text status, headers, body and trailers
   */
  public record Reply(int status, String text) {}

  private final WebClient grpc;
  private final WebClient http;
  private final KafkaProducer<byte[], byte[]> kafka;

  public Doors(String grpc, String http, String bootstrapServers) {
    this.grpc =
        WebClient.builder(grpc.replace("http:", "h2c:")).responseTimeoutMillis(60_000).build();
    this.http =
        WebClient.builder(http.replace("http:", "h1c:")).responseTimeoutMillis(60_000).build();
    this.kafka =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "max.request.size",
                MAX_RECORD_BYTES,
                "compression.type",
                "gzip"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /**
   * Sends a request that must be taken whole.
   *
   * @throws AssertionError when it is not
   */
  public void send(Door door, Signal signal, Message request) {
    byte[] bytes = request.toByteArray();
    Reply reply =
        switch (door) {
          case GRPC -> grpc(grpcPath(signal), null, frame(0, bytes));
          case GRPC_GZIP -> grpc(grpcPath(signal), "gzip", frame(1, gzip(bytes)));
          case HTTP_PROTOBUF -> http(httpPath(signal), bytes, protobuf());
          case HTTP_PROTOBUF_GZIP -> http(httpPath(signal), gzip(bytes), protobuf("gzip"));
          case HTTP_JSON -> http(httpPath(signal), json(request), json());
          case HTTP_JSON_GZIP -> http(httpPath(signal), gzip(json(request)), json("gzip"));
          case KAFKA -> {
            kafka(topic(signal).name(), null, bytes);
            yield new Reply(200, "");
          }
        };
    if (reply.status() != 200 || reply.text().contains("ejected")) {
      throw new AssertionError(door + " did not take " + signal + ": " + reply);
    }
  }

  public Reply http(String path, byte[] body, Map<String, String> headers) {
    var head = RequestHeaders.builder(HttpMethod.POST, path);
    headers.forEach(head::add);
    return reply(http.execute(HttpRequest.of(head.build(), HttpData.wrap(body))).aggregate());
  }

  public Reply grpc(String path, @Nullable String encoding, byte[] frames) {
    var head =
        RequestHeaders.builder(HttpMethod.POST, path)
            .add("content-type", "application/grpc")
            .add("te", "trailers");
    if (encoding != null) {
      head.add("grpc-encoding", encoding);
    }
    return reply(grpc.execute(HttpRequest.of(head.build(), HttpData.wrap(frames))).aggregate());
  }

  public void kafka(String topic, byte @Nullable [] key, byte[] value, Header... headers) {
    try {
      kafka.send(new ProducerRecord<>(topic, 0, key, value, List.of(headers))).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the broker refused", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static Reply reply(CompletableFuture<AggregatedHttpResponse> call) {
    AggregatedHttpResponse response = call.join();
    String grpcStatus =
        response.trailers().get("grpc-status", response.headers().get("grpc-status", "0"));
    return new Reply(
        grpcStatus.equals("0") ? response.status().code() : 500,
        response.headers() + "\n" + response.contentUtf8() + "\n" + response.trailers());
  }

  public static Header header(String name, String text) {
    return new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8));
  }

  public static Map<String, String> protobuf() {
    return Map.of("content-type", "application/x-protobuf");
  }

  public static Map<String, String> json() {
    return Map.of("content-type", "application/json");
  }

  private static Map<String, String> protobuf(String encoding) {
    return Map.of("content-type", "application/x-protobuf", "content-encoding", encoding);
  }

  private static Map<String, String> json(String encoding) {
    return Map.of("content-type", "application/json", "content-encoding", encoding);
  }

  private static byte[] json(Message request) {
    return JsonPrinter.print(request).getBytes(StandardCharsets.UTF_8);
  }

  public static Topic topic(Signal signal) {
    return switch (signal) {
      case LOGS -> Topics.RAW_LOGS;
      case SPANS -> Topics.RAW_SPANS;
      case METRICS -> Topics.RAW_METRICS;
    };
  }

  public static String httpPath(Signal signal) {
    return switch (signal) {
      case LOGS -> "/v1/logs";
      case SPANS -> "/v1/traces";
      case METRICS -> "/v1/metrics";
    };
  }

  public static String grpcPath(Signal signal) {
    String service =
        switch (signal) {
          case LOGS -> "logs.v1.LogsService";
          case SPANS -> "trace.v1.TraceService";
          case METRICS -> "metrics.v1.MetricsService";
        };
    return "/opentelemetry.proto.collector." + service + "/Export";
  }

  /** A gRPC message in its frame; 0 is plain, 1 compressed. */
  public static byte[] frame(int flag, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flag)
        .putInt(message.length)
        .put(message)
        .array();
  }

  public static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Cut short, so that it ends in the middle. */
  public static byte[] half(byte[] whole) {
    return Arrays.copyOf(whole, whole.length * 2 / 3);
  }

  @Override
  public void close() {
    kafka.close();
  }
}
