package io.sluice.instrumentation.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of telemetry when Kafka's producer takes no more. */
@Timeout(60)
class CourierTest {

  private final Counts counts = new Counts();
  private final List<FailingProducer> made = new CopyOnWriteArrayList<>();
  private final BlockingQueue<FailingProducer> next = new LinkedBlockingQueue<>();
  private @Nullable Courier courier;

  @AfterEach
  void close() {
    if (courier != null) {
      courier.close().join(20, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource({"CLUSTER, UNAUTHORIZED", "FENCED, REFUSED", "OLD, UNSUPPORTED"})
  void goesOnWithAnotherProducerWhenOneFailedForGood(Fault fault, DropReason reason) {
    FailingProducer first = new FailingProducer();
    start(first, new FailingProducer());
    take("before");
    await().until(() -> first.values().equals(List.of("before")));

    first.failForGood(fault.failure());
    take("after");
    take("later");

    await().until(() -> made.size() == 2 && made.get(1).values().size() == 2);
    assertThat(made.get(1).values()).containsExactly("after", "later");
    assertThat(first.closed()).isTrue();
    assertThat(counts.renewals()).containsExactly(Map.entry(reason, 1L));
    assertThat(counts.dropped().values()).containsOnly(0L);
  }

  @Test
  void dropsWhatTheBrokenProducerHadAndSaysWhy() {
    FailingProducer first = new FailingProducer();
    first.keep = true;
    start(first, new FailingProducer());
    CompletableResultCode flushed = take("kept");
    await().until(() -> first.history().size() == 1);

    first.failForGood(Fault.CLUSTER.failure());
    take("after");

    await().until(() -> made.size() == 2 && made.get(1).values().equals(List.of("after")));
    assertThat(flushed.join(20, TimeUnit.SECONDS).isSuccess()).isFalse();
    assertThat(counts.dropped()).containsEntry(DropReason.UNAUTHORIZED, 1L);
  }

  @Test
  void sendsNothingAgainThatTheBrokenProducerDeliveredAllTheSame() {
    FailingProducer first = new FailingProducer();
    first.deliversWhatItRefuses = true;
    first.failForGood(Fault.CLUSTER.failure());
    start(first, new FailingProducer());

    CompletableResultCode flushed = take("delivered");
    take("after");

    assertThat(flushed.join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
    await().until(() -> made.size() == 2 && !made.get(1).values().isEmpty());
    assertThat(first.values()).containsExactly("delivered");
    assertThat(made.get(1).values()).containsExactly("after");
    assertThat(counts.dropped().values()).containsOnly(0L);
  }

  @Test
  void waitsWithWhatItHasWhileItIsNotLetIn() {
    FailingProducer first = new FailingProducer();
    first.sendAnswers = new SaslAuthenticationException("the password is another one now");
    start(first, new FailingProducer());

    CompletableResultCode flushed = take("waiting");

    assertThat(flushed.join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
    assertThat(made.get(1).values()).containsExactly("waiting");
    assertThat(counts.renewals()).containsExactly(Map.entry(DropReason.UNAUTHORIZED, 1L));
    assertThat(counts.dropped().values()).containsOnly(0L);
  }

  @Test
  void hearsFromItsQuestionForTheTopicThatItIsNotLetIn() {
    FailingProducer first = new FailingProducer();
    first.sendAnswers = new TimeoutException("topic not present");
    first.partitionsAnswer.set(new SaslAuthenticationException("no such user"));
    start(first, new FailingProducer());

    CompletableResultCode flushed = take("waiting");

    assertThat(flushed.join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
    assertThat(made.get(1).values()).containsExactly("waiting");
    assertThat(counts.renewals()).containsExactly(Map.entry(DropReason.UNAUTHORIZED, 1L));
  }

  @Test
  void endsWithinItsDeadlineWhileItWaitsForAnotherProducer() {
    FailingProducer first = new FailingProducer();
    first.failForGood(Fault.OLD.failure());
    Courier started = start(first);
    take("lost");
    await().until(() -> !counts.renewals().isEmpty());

    assertThat(started.close().join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
    assertThat(counts.dropped()).containsEntry(DropReason.CLOSED, 1L);
    assertThat(made).hasSize(1);
  }

  @Test
  void deliversByAnotherProducerWhatWaitsWhenItCloses() {
    FailingProducer first = new FailingProducer();
    first.failForGood(Fault.CLUSTER.failure());
    Courier started = start(Duration.ofSeconds(30), first, new FailingProducer());
    take("waiting");
    await().until(() -> !counts.renewals().isEmpty());

    assertThat(started.close().join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
    assertThat(made.get(1).values()).containsExactly("waiting");
    assertThat(counts.dropped().values()).containsOnly(0L);
  }

  @Test
  void deliversWhatItTookAlsoWhenItClosesBeforeItsThreadHasBegun() {
    FailingProducer producer = new FailingProducer();
    Courier begun = courier(Duration.ofSeconds(30), producer);
    take("quick");
    CompletableResultCode closed = begun.close();

    begun.start();

    assertThat(closed.join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
    assertThat(producer.values()).containsExactly("quick");
    assertThat(counts.dropped().values()).containsOnly(0L);
  }

  @Test
  void aTopicThatIsMissingLeavesTheOtherSignalsTheirShare() {
    FailingProducer producer = new FailingProducer();
    Courier started = start(producer);
    started.use(Signal.LOGS);
    started.use(Signal.METRICS);
    byte[] log = new byte[100_000];
    while (started.take(Signal.LOGS, 1, null, log)) {}
    assertThat(counts.dropped()).containsEntry(DropReason.FULL, 1L);

    take("span");
    await().until(() -> producer.values().equals(List.of("span")));
    for (int i = 0; i < 5; i++) { // nobody knows the topic of metrics either
      assertThat(started.take(Signal.METRICS, 1, null, log)).isTrue();
    }
  }

  private enum Fault {
    CLUSTER,
    FENCED,
    OLD;

    RuntimeException failure() {
      return switch (this) {
        case CLUSTER -> new ClusterAuthorizationException("not authorized");
        case FENCED -> new ProducerFencedException("somebody else has the id");
        case OLD -> new UnsupportedVersionException("the broker is too old");
      };
    }
  }

  private Courier start(FailingProducer... producers) {
    return start(Duration.ZERO, producers);
  }

  private Courier start(Duration closeTimeout, FailingProducer... producers) {
    Courier started = courier(closeTimeout, producers);
    started.start();
    return started;
  }

  private Courier courier(Duration closeTimeout, FailingProducer... producers) {
    next.addAll(List.of(producers));
    Courier fresh =
        new Courier(
            new Settings("localhost:9", "", 4 << 20, closeTimeout, Map.of()),
            counts,
            config -> made());
    courier = fresh;
    fresh.use(Signal.SPANS);
    return fresh;
  }

  private Producer<byte[], byte[]> made() {
    FailingProducer producer = next.remove();
    made.add(producer);
    return producer;
  }

  private CompletableResultCode take(String text) {
    Courier started = courier;
    assertThat(started).isNotNull();
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    assertThat(started.take(Signal.SPANS, 1, null, text.getBytes(StandardCharsets.UTF_8))).isTrue();
    return started.flush();
  }

  /**
   * Fails as {@code KafkaProducer} does: a request that failed for good has every later send take
   * the record, throw, and answer the record with the reason.
   */
  private static final class FailingProducer extends MockProducer<byte[], byte[]> {

    private static final String TOPIC = Signal.SPANS.topic("");
    private volatile @Nullable RuntimeException failed;
    private volatile @Nullable RuntimeException sendAnswers;
    private volatile boolean keep;

    /** Thrown once, as by Kafka's own, which forgets why it was not let in when it says so. */
    private final AtomicReference<@Nullable RuntimeException> partitionsAnswer =
        new AtomicReference<>();

    /** It was on its way to the broker when the producer threw. */
    private volatile boolean deliversWhatItRefuses;

    FailingProducer() {
      super(
          cluster(),
          false,
          new RoundRobinPartitioner(),
          new ByteArraySerializer(),
          new ByteArraySerializer());
    }

    private static Cluster cluster() {
      Node node = new Node(0, "localhost", 9);
      Node[] nodes = {node};
      return new Cluster(
          "fake",
          List.of(node),
          List.of(new PartitionInfo(TOPIC, 0, node, nodes, nodes)),
          Set.of(),
          Set.of());
    }

    void failForGood(RuntimeException failure) {
      failed = failure;
    }

    List<String> values() {
      return history().stream()
          .map(record -> new String(record.value(), StandardCharsets.UTF_8))
          .toList();
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
      RuntimeException answer = partitionsAnswer.getAndSet(null);
      if (answer != null) {
        throw answer;
      }
      return super.partitionsFor(topic);
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      RuntimeException answer =
          record.topic().equals(TOPIC) ? sendAnswers : new TimeoutException("topic not present");
      if (answer != null) {
        callback.onCompletion(null, answer); // in the caller's thread, as for want of metadata
        return new CompletableFuture<>();
      }
      RuntimeException why = failed;
      Future<RecordMetadata> sent = super.send(record, callback);
      if (why != null) {
        if (!deliversWhatItRefuses) {
          Thread sender = new Thread(() -> errorNext(why), "sender");
          sender.setDaemon(true);
          sender.start();
        }
        throw new KafkaException("Cannot perform send because a request has failed", why);
      }
      if (!keep) {
        completeNext();
      }
      return sent;
    }

    @Override
    public void close(Duration timeout) {
      RuntimeException why = new KafkaException("Producer is closed forcefully.");
      while (deliversWhatItRefuses ? completeNext() : errorNext(why)) {}
      super.close(timeout);
    }
  }
}
