package io.sluice.benchmarks.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Log lines without secrets: full of what looks like one. */
final class Clean {

  private static final int LINES = 20_000;

  private static final List<Function<Dice, String>> SHOWN =
      List.of(
          d -> "request " + d.uuid() + " took " + d.below(900) + " ms",
          d -> "traceparent=00-" + d.hex(32) + "-" + d.hex(16) + "-01",
          d -> "trace_id=" + d.hex(32) + " span_id=" + d.hex(16) + " level=info",
          d -> "checked out " + d.hex(40) + " (" + d.hex(7) + ")",
          d -> "pulled registry.example/shop/cart@sha256:" + d.hex(64),
          d ->
              "order "
                  + d.digits(10)
                  + " total 1,0"
                  + d.digits(2)
                  + "."
                  + d.digits(2)
                  + " EUR, vat 19.00 %",
          d ->
              "start 17"
                  + d.digits(17)
                  + " ns, end 17"
                  + d.digits(14)
                  + " us, 17"
                  + d.digits(11)
                  + " ms",
          d ->
              time(d)
                  + " INFO [worker-"
                  + d.below(16)
                  + "] i.s.Orders - saved id="
                  + d.below(1 << 30),
          d ->
              "10.0."
                  + d.below(255)
                  + "."
                  + d.below(255)
                  + " - - [24/Nov/2025:10:15:"
                  + d.between(10, 59)
                  + " +0000] \"GET /a/"
                  + d.below(9999)
                  + " HTTP/1.1\" 200 "
                  + d.below(99999),
          d ->
              "upgraded netty 4.1."
                  + d.below(120)
                  + ".Final to 4.2."
                  + d.below(9)
                  + ", jdk 17.0."
                  + d.below(15)
                  + "+"
                  + d.below(9),
          d ->
              "partition orders-"
                  + d.below(32)
                  + " offset "
                  + d.digits(9)
                  + " lag "
                  + d.below(5000),
          d ->
              "{\"id\":\""
                  + d.uuid()
                  + "\",\"price\":"
                  + d.below(500)
                  + "."
                  + d.digits(2)
                  + ",\"sku\":\""
                  + d.text(Dice.UPPER, 3)
                  + "-"
                  + d.digits(6)
                  + "\"}",
          d ->
              "GC("
                  + d.below(999)
                  + ") Pause Young 512M->"
                  + d.below(400)
                  + "M(2048M) "
                  + d.below(30)
                  + "."
                  + d.digits(3)
                  + "ms",
          d -> "at 52.5" + d.digits(6) + ", 13.4" + d.digits(6) + " accuracy 12 m",
          d ->
              "pod cart-"
                  + d.hex(10)
                  + "-"
                  + d.text(Dice.LOWER, 5)
                  + " on ip-10-0-3-"
                  + d.below(255)
                  + ".internal",
          d -> "etag W/\"" + d.hex(32) + "\" size=" + d.below(100000),
          d -> "ean 978" + d.digits(10) + " in stock: " + d.below(500),
          d -> "thread 0x00007f" + d.hex(10) + " state=RUNNABLE cpu=" + d.below(999) + "ms",
          d ->
              "cards shown: "
                  + d.below(9)
                  + ", tokens used "
                  + d.below(9000)
                  + ", keys "
                  + d.below(99),
          d -> "SELECT id, name FROM orders WHERE id = " + d.below(1 << 30) + " LIMIT 10");

  private static final List<Function<Dice, String>> HELD_OUT =
      List.of(
          d -> "correlation-id: " + d.hex(32) + " parent: " + d.uuid().toUpperCase(Locale.ROOT),
          d -> "b3: " + d.hex(32) + "-" + d.hex(16) + "-1",
          d ->
              "commit "
                  + d.hex(12)
                  + " by ci, build 2025."
                  + d.between(1, 12)
                  + "."
                  + d.below(300)
                  + "-rc."
                  + d.below(9),
          d -> "container " + d.hex(64) + " exited 137",
          d ->
              "arn:aws:sqs:eu-west-1:"
                  + d.digits(12)
                  + ":orders-"
                  + d.below(99)
                  + " i-0"
                  + d.hex(16)
                  + " vpc-"
                  + d.hex(17),
          d -> "ulid 01" + d.text(Dice.DIGITS + "ABCDEFGHJKMNPQRSTVWXYZ", 24) + " oid " + d.hex(24),
          d -> "snowflake 1" + d.digits(18) + " shard " + d.below(64),
          d ->
              "Bestellung Nr. "
                  + d.digits(8)
                  + " über "
                  + d.below(999)
                  + ","
                  + d.digits(2)
                  + " € versendet",
          d ->
              "["
                  + time(d)
                  + "] [info] AH0"
                  + d.digits(4)
                  + ": worker ready, pid "
                  + d.below(65000),
          d ->
              "Invoice INV-"
                  + d.digits(4)
                  + "-"
                  + d.digits(4)
                  + " due 2025-"
                  + d.between(10, 12)
                  + "-"
                  + d.between(10, 28),
          d ->
              "mac "
                  + d.hex(2)
                  + ":"
                  + d.hex(2)
                  + ":"
                  + d.hex(2)
                  + ":"
                  + d.hex(2)
                  + ":"
                  + d.hex(2)
                  + ":"
                  + d.hex(2)
                  + " lease 10.1.2."
                  + d.below(255),
          d -> "blk_-" + d.digits(19) + " terminating, block blk_" + d.digits(19),
          d -> "metric http_requests_total{code=\"200\"} " + d.digits(7) + " 17" + d.digits(11),
          d -> "cache hit ratio 0." + d.digits(16) + " p99 " + d.below(99) + "." + d.digits(6),
          d ->
              "loaded class io.shop."
                  + d.text(Dice.UPPER, 1)
                  + d.text(Dice.LOWER, 9)
                  + "$$Lambda/0x"
                  + d.hex(16),
          d -> "tracking 1Z" + d.text(Dice.UPPER + Dice.DIGITS, 16) + " parcel " + d.digits(12),
          d -> "s3://bucket/2025/11/24/part-" + d.digits(5) + "-" + d.uuid() + ".snappy.parquet",
          d ->
              "goroutine "
                  + d.below(9999)
                  + " [running]: main.go:"
                  + d.below(500)
                  + " +0x"
                  + d.hex(3),
          d ->
              "model gpt-4o: prompt_tokens=" + d.below(9000) + " completion_tokens=" + d.below(900),
          d ->
              "<14>1 "
                  + time(d)
                  + " host app "
                  + d.below(9999)
                  + " ID"
                  + d.below(99)
                  + " - queue="
                  + d.below(500));

  private Clean() {}

  static List<Sample> lines(Split split) {
    Dice dice = split.dice("clean");
    List<Function<Dice, String>> kinds = split.of(SHOWN, HELD_OUT);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      String line = kinds.get(i % kinds.size()).apply(dice);
      samples.add(new Sample.Writer().clear(line).in("clean", "clean kind " + i % kinds.size()));
    }
    return samples;
  }

  private static String time(Dice dice) {
    return String.format(
        Locale.ROOT,
        "2025-11-%02dT%02d:%02d:%02d.%03dZ",
        dice.between(1, 30),
        dice.below(24),
        dice.below(60),
        dice.below(60),
        dice.below(1000));
  }
}
