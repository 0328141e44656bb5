package io.sluice.app.command;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SloBackfill;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Shows how the history of SLOs comes, which the SLI stage reads from Kafka by itself. */
final class BackfillProgress {

  private static final AvroSerde<SloBackfill> SERDE = AvroSerde.of(SloBackfill.getClassSchema());
  private static final Duration POLL = Duration.ofMillis(500);

  /** Whoever reads a history says so every two seconds. */
  private static final Duration QUIET = Duration.ofSeconds(20);

  private static final int WIDTH = 30;

  private final PrintStream out;
  private final boolean terminal;
  private final long version;
  private final TreeSet<String> waiting;
  private final Map<String, SloBackfill> told = new TreeMap<>();
  private final TreeSet<String> filled = new TreeSet<>();

  /** Taken away by a later set, after they were told of. */
  private final TreeSet<String> gone = new TreeSet<>();

  private String shown = "";

  /**
   * @param terminal whether a line can be written over
   * @param version of the set that was applied
   */
  BackfillProgress(PrintStream out, boolean terminal, long version, Collection<String> sloIds) {
    this.out = out;
    this.terminal = terminal;
    this.version = version;
    this.waiting = new TreeSet<>(sloIds);
  }

  /** Returns when every SLO has its history or is gone, or when nobody says anything about it. */
  void follow(KafkaConnection connection) {
    Map<String, Object> config = connection.consumerConfig();
    config.put("client.id", "sluice-apply");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          TopicScan.partitions(connection, Topics.BACKFILLS, consumer);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Instant heard = Instant.now();
      while (!isDone()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (take(record)) {
            heard = Instant.now();
          }
        }
        show();
        if (Duration.between(heard, Instant.now()).compareTo(QUIET) > 0) {
          line(
              "no SLI stage says how far the history of the SLOs is. It is read as soon as one"
                  + " runs: see GET /api/v1/slos");
          return;
        }
      }
    }
    filled.removeAll(gone);
    gone.forEach(id -> line("  " + id + " was taken away by a later set of SLOs"));
    if (!filled.isEmpty()) {
      line("the history of " + count(filled.size()) + " is there");
    }
    told.values().stream().filter(each -> filled.contains(each.getSloId())).forEach(this::limits);
  }

  private boolean take(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return false;
    }
    try {
      return take(
          new String(record.key(), StandardCharsets.UTF_8),
          record.value() == null ? null : SERDE.decode(record.value()));
    } catch (InvalidInputException e) {
      return false; // anybody may write there; the console says so too
    }
  }

  /**
   * Takes over what is told of an SLO.
   *
   * @param backfill null when it is gone
   * @return whether it is about the set that was applied, or a later one
   */
  boolean take(String sloId, @Nullable SloBackfill backfill) {
    if (backfill == null) {
      boolean wasThere = told.remove(sloId) != null; // else it is from before this set
      return wasThere && gone.add(sloId);
    }
    if (backfill.getVersion() < version || !waiting.contains(sloId)) {
      return false;
    }
    told.put(sloId, backfill);
    gone.remove(sloId);
    if (backfill.getBackfill() != Backfill.NONE) {
      filled.add(sloId);
    }
    return true;
  }

  /** Whether every SLO that is still there has its history. */
  boolean isDone() {
    return waiting.stream()
        .filter(id -> !gone.contains(id))
        .allMatch(
            id -> {
              SloBackfill last = told.get(id);
              return last != null && last.getBackfill() == Backfill.NONE;
            });
  }

  /** The bar as it is now; empty while there is nothing to show. */
  String bar() {
    long records = 0;
    long read = 0;
    long open = 0;
    boolean sending = true;
    for (SloBackfill each : told.values()) {
      if (each.getBackfill() != Backfill.NONE) {
        open++;
        records += each.getRecords();
        read += Math.min(each.getRecords(), each.getRecordsRead());
        sending &= each.getRecords() > 0 && each.getRecordsRead() >= each.getRecords();
      }
    }
    if (open == 0) {
      return "";
    }
    int share = records == 0 ? 0 : (int) (100 * read / records);
    int full = WIDTH * share / 100;
    return String.format(
        Locale.ROOT,
        "[%s%s] %3d%% %s history of %s",
        "#".repeat(full),
        "-".repeat(WIDTH - full),
        share,
        sending ? "sending the" : records == 0 ? "preparing the" : "reading the",
        count(open));
  }

  private void show() {
    String bar = bar();
    if (!bar.isEmpty() && !bar.equals(shown)) {
      out.print(terminal ? "\r" + bar : bar + System.lineSeparator());
      out.flush();
      shown = bar;
    }
  }

  private void limits(SloBackfill backfill) {
    if (backfill.getCompleteSinceUnixNano() > 0) {
      Instant since =
          Instant.ofEpochSecond(0, backfill.getCompleteSinceUnixNano())
              .truncatedTo(ChronoUnit.SECONDS);
      line("  " + backfill.getSloId() + ": events before " + since + " may be gone from Kafka");
    }
  }

  private void line(String text) {
    if (terminal && !shown.isEmpty()) {
      out.println();
    }
    shown = "";
    out.println(text);
  }

  private static String count(long slos) {
    return slos == 1 ? "1 SLO" : slos + " SLOs";
  }
}
