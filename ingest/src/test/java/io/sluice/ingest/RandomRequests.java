package io.sluice.ingest;

import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Service;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Requests of many shapes, about half of their records within small limits, and ways to break their
 * bytes. The same for the same seed.
 */
final class RandomRequests {

  private static final String[] TEXTS = {"", "a", "http.route", "äöü", "\u0000", "x".repeat(60)};

  private final Random random;

  RandomRequests(long seed) {
    random = new Random(seed);
  }

  byte[] spans() {
    return Telemetry.spans(some(this::span)).toByteArray();
  }

  byte[] logs() {
    return Telemetry.logs(some(this::log)).toByteArray();
  }

  byte[] metrics() {
    return Telemetry.metrics(
            some(
                () -> {
                  var metric =
                      switch (random.nextInt(3)) {
                        case 0 -> service().counter(text(), random.nextDouble());
                        case 1 -> service().gauge(text(), random.nextGaussian());
                        default -> service().histogram(text(), new double[] {1, 2}, 0.5, 3);
                      };
                  attributes().forEach(metric::attribute);
                  return metric;
                }))
        .toByteArray();
  }

  /** A broken copy; not every break makes the message invalid. */
  byte[] broken(byte[] bytes) {
    byte[] out = bytes;
    for (int i = random.nextInt(2); i >= 0; i--) {
      int at = random.nextInt(out.length + 1);
      int next = Math.min(out.length, at + 1);
      byte[] any = {(byte) random.nextInt()};
      out =
          switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(out, at);
            case 1 -> splice(out, at, at, any);
            case 2 -> splice(out, at, next, new byte[0]);
            case 3 -> splice(out, at, at, Arrays.copyOfRange(out, at / 2, at));
            default -> splice(out, at, next, any);
          };
    }
    return out;
  }

  private SpanBuilder span() {
    SpanBuilder span = service().span(text());
    attributes().forEach(span::attribute);
    some(this::text).forEach(name -> span.event(name, attributes()));
    return switch (random.nextInt(12)) {
      case 0 -> span.id(new byte[8]);
      case 1 -> span.trace(new byte[15]);
      case 2 -> span.error(text());
      default -> span;
    };
  }

  private LogBuilder log() {
    LogBuilder log = service().log(value(4));
    attributes().forEach(log::attribute);
    return random.nextBoolean() ? log.in(span()) : log;
  }

  private Service service() {
    Service service = Telemetry.service("s" + random.nextInt(3));
    return random.nextInt(8) == 0 ? service.with("more", value(2)) : service;
  }

  private Map<String, Object> attributes() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      attributes.put(text(), value(4));
    }
    return attributes;
  }

  private Object value(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 5)) {
      case 0, 5 -> text();
      case 1 -> random.nextBoolean();
      case 2 -> random.nextLong();
      case 3 -> random.nextDouble();
      case 4 -> text().getBytes(StandardCharsets.UTF_8);
      case 6, 7 -> some(() -> value(depth - 1));
      default -> Map.of(text(), value(depth - 1));
    };
  }

  private <T> List<T> some(Supplier<T> supplier) {
    return Stream.generate(supplier).limit(random.nextInt(4)).toList();
  }

  private String text() {
    return TEXTS[random.nextInt(12) == 0 ? TEXTS.length - 1 : random.nextInt(TEXTS.length - 1)];
  }

  private static byte[] splice(byte[] bytes, int start, int end, byte[] between) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, start);
    out.writeBytes(between);
    out.write(bytes, end, bytes.length - end);
    return out.toByteArray();
  }
}
