package io.sluice.benchmarks;

import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.Programs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Zipkin's server as a process beside this one: its Kafka collector, one thread, with its store in
 * memory. It is no dependency: whoever runs the benchmark brings the {@code exec} jar.
 */
final class ZipkinPeer {

  private static final Pattern TAKEN =
      Pattern.compile("\"counter\\.zipkin_collector\\.spans\\.kafka\" *: *([0-9.E]+)");

  private final Path jar;

  ZipkinPeer(Path jar) {
    this.jar = jar;
  }

  /** The spans of OTLP batches in Zipkin's protobuf, as many to a message. */
  static List<byte[]> translated(List<byte[]> batches) {
    return batches.stream().map(ZipkinPeer::translated).toList();
  }

  /**
   * Lets it take the spans of messages, after as many to warm up.
   *
   * @param messages what {@link #translated} gave
   * @param spans in all of them
   * @return what that took of all cores, broker and server
   */
  Spent spent(Bench bench, List<byte[]> messages, long spans) throws Exception {
    KafkaConnection connection = bench.fresh(List.of());
    Topic topic = Topics.RAW_SPANS;
    int port = Programs.freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-jar",
            jar.toString());
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", connection.bootstrapServers());
    builder.environment().put("KAFKA_TOPIC", connection.namespace().topic(topic));
    builder.environment().put("QUERY_PORT", Integer.toString(port));
    builder.environment().put("STORAGE_TYPE", "mem");
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process server = builder.start();
    try {
      // Its consumer begins at the end of a topic that it does not know: one message at a time
      // until it has seen one.
      awaitFirst(connection, topic, messages.get(0), port);
      Bench.produce(connection, topic, messages, i -> i % Bench.PARTITIONS);
      awaitQuiet(port);
      long before = taken(port);
      Spent begin = now(server);
      Bench.produce(connection, topic, messages, i -> i % Bench.PARTITIONS);
      Bench.await(() -> taken(port) >= before + spans);
      Spent end = now(server);
      return new Spent(end.seconds() - begin.seconds(), end.coreSeconds() - begin.coreSeconds());
    } finally {
      server.destroy();
      if (!server.waitFor(10, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    }
  }

  private static Spent now(Process server) {
    Spent own = Spent.begin();
    double other = server.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    return new Spent(own.seconds(), own.coreSeconds() + other);
  }

  private static void awaitFirst(
      KafkaConnection connection, Topic topic, byte[] message, int port) {
    Bench.await(() -> taken(port) >= 0);
    Bench.await(
        () -> {
          Bench.produce(connection, topic, List.of(message), i -> i);
          return taken(port) > 0;
        });
  }

  private static void awaitQuiet(int port) {
    long[] last = {-1, System.nanoTime()};
    Bench.await(
        () -> {
          long taken = taken(port);
          if (taken != last[0]) {
            last[0] = taken;
            last[1] = System.nanoTime();
          }
          return Bench.seconds(last[1]) > 2;
        });
  }

  /** Spans that its collector has taken; -1 while it does not answer. */
  private static long taken(int port) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      String body =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
      Matcher matcher = TAKEN.matcher(body);
      return matcher.find() ? (long) Double.parseDouble(matcher.group(1)) : 0;
    } catch (IOException e) {
      return -1; // it is starting
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Zipkin was asked what it has taken", e);
    }
  }

  private static byte[] translated(byte[] batch) {
    ProtoWriter out = new ProtoWriter(batch.length);
    OtlpRequest.forEachSpan(
        Slice.of(batch),
        (resource, scope, span) -> {
          int begun = out.begin(1);
          write(out, span, resource.serviceName());
          out.end(begun);
        });
    return out.toBytes();
  }

  private static void write(ProtoWriter out, SpanView span, String service) {
    out.bytes(1, span.traceId());
    if (!span.isRoot()) {
      out.bytes(2, span.parentSpanId());
    }
    out.bytes(3, span.spanId());
    varint(out, 4, span.kind() == 2 ? 2 : 1); // server or client
    text(out, 5, span.name());
    out.raw(6 << 3 | 1);
    long micros = span.startTimeUnixNano() / 1000;
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      out.raw((int) (micros >>> shift) & 0xff);
    }
    varint(out, 7, (span.endTimeUnixNano() - span.startTimeUnixNano()) / 1000);
    int endpoint = out.begin(8);
    text(out, 1, service);
    out.end(endpoint);
    span.attributes()
        .forEach(
            (key, value) -> {
              int tag = out.begin(11);
              text(out, 1, key);
              text(out, 2, Objects.requireNonNullElse(value.scalarText(), ""));
              out.end(tag);
            });
  }

  private static void text(ProtoWriter out, int field, String text) {
    out.bytes(field, Slice.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void varint(ProtoWriter out, int field, long value) {
    out.raw(field << 3);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.raw((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.raw((int) rest);
  }
}
