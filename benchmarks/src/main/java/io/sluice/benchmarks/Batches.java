package io.sluice.benchmarks;

import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Service;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * OTLP batches of about 15 KB, the same for the same seed. One batch of logs in a hundred has a
 * secret, unless asked for otherwise.
 */
final class Batches {

  private static final int SPANS = 48;
  private static final int LOGS = 60;
  private static final String[] ROUTES = {"/checkout", "/cart", "/catalogue", "/orders/{id}", "/"};

  private final Random random;
  private final Instant time;

  Batches(long seed, Instant time) {
    this.random = new Random(seed);
    this.time = time;
  }

  /** Batches of 48 spans: six to a trace, a root and five children of it. */
  List<byte[]> spans(int count) {
    return spans(count, SPANS);
  }

  /**
   * @param size spans in a batch
   */
  List<byte[]> spans(int count, int size) {
    List<byte[]> batches = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      batches.add(spanBatch(size));
    }
    return batches;
  }

  /** The same, each span of one of so many tenants. */
  List<byte[]> spansOfTenants(int count, int tenants) {
    List<byte[]> batches = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      batches.add(
          spanBatch(SPANS, span -> span.attribute("tenant", "tenant-" + random.nextInt(tenants))));
    }
    return batches;
  }

  List<byte[]> logs(int count) {
    List<byte[]> batches = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean withSecret = i % 100 == 0;
      batches.add(logBatch(line -> withSecret && line == 0));
    }
    return batches;
  }

  /**
   * @param share of all lines, those that have a secret
   */
  List<byte[]> logsWithSecretLines(int count, double share) {
    List<byte[]> batches = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      batches.add(logBatch(line -> random.nextDouble() < share));
    }
    return batches;
  }

  private byte[] spanBatch(int size) {
    return spanBatch(size, UnaryOperator.identity());
  }

  private byte[] spanBatch(int size, UnaryOperator<SpanBuilder> more) {
    Service service = Telemetry.service("service-" + random.nextInt(8));
    List<SpanBuilder> spans = new ArrayList<>(size);
    while (spans.size() < size) {
      byte[] trace = id(random, 16);
      byte[] root = id(random, 8);
      for (int i = 0; i < 6 && spans.size() < size; i++) {
        SpanBuilder span = span(random, service, time, trace, root, i);
        spans.add(more.apply(i == 0 ? span : span.parent(root)));
      }
    }
    return Telemetry.spans(spans).toByteArray();
  }

  /**
   * A span of about 270 bytes.
   *
   * @param number in its trace: 0 is the server's, which has the root's id; others are clients
   */
  static SpanBuilder span(
      Random random, Service service, Instant time, byte[] trace, byte[] root, int number) {
    return service
        .span("GET " + ROUTES[random.nextInt(ROUTES.length)])
        .trace(trace)
        .id(number == 0 ? root : id(random, 8))
        .kind(number == 0 ? SpanKind.SERVER : SpanKind.CLIENT)
        .start(time.plusMillis(number))
        .took(Duration.ofNanos(500_000L + random.nextInt(200_000_000)))
        .attribute("http.request.method", "GET")
        .attribute("http.route", ROUTES[random.nextInt(ROUTES.length)])
        .attribute("http.response.status_code", 200L)
        .attribute("url.path", "/orders/" + random.nextInt(1_000_000))
        .attribute("server.address", "host-" + random.nextInt(50) + ".internal")
        .attribute("network.peer.address", "10.0.0." + random.nextInt(255));
  }

  /** Random, as real ids are: they do not compress. */
  static byte[] id(Random random, int length) {
    byte[] id = new byte[length];
    random.nextBytes(id);
    return id;
  }

  private byte[] logBatch(IntPredicate hasSecret) {
    Service service = Telemetry.service("service-" + random.nextInt(8));
    List<LogBuilder> logs = new ArrayList<>(LOGS);
    for (int i = 0; i < LOGS; i++) {
      String body =
          hasSecret.test(i)
              ? "connect with password=correct-horse-" + random.nextInt(1000)
              : "handled request "
                  + Long.toHexString(random.nextLong())
                  + " for customer "
                  + random.nextInt(100_000)
                  + " in "
                  + random.nextInt(500)
                  + " ms, cache hit, 3 rows read from orders, answer 200";
      logs.add(
          service
              .log(body)
              .severity("INFO")
              .at(time)
              .attribute("thread.name", "worker-" + random.nextInt(16))
              .attribute("code.function.name", "io.shop.Orders.find"));
    }
    return Telemetry.logs(logs).toByteArray();
  }
}
