package io.sluice.processors.sli;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.TraceId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Second step: the owner of an SLO adds the partial counts up and sends each window when it is
 * over.
 *
 * <p>A window is over when the newest partial count that came <em>arrived in Kafka</em> later than
 * the window's end and the grace: arrival times cannot lie, and a replay closes windows just as the
 * first run did. Without input for a while the wall clock takes over, so that the last window
 * before a silence closes too.
 */
final class WindowStep implements Step {

  private static final AvroSerde<SliWindow> SERDE = AvroSerde.of(SliWindow.getClassSchema());
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration IDLE = Duration.ofSeconds(2);
  private static final Duration PURGE_INTERVAL = Duration.ofMinutes(1);
  private static final byte[] PENDING = {};

  private final SliConfig config;
  private final Counter onTime;
  private final Counter late;

  /** Windows to send, by key; the same as the store of this name, at hand. */
  private final TreeMap<byte[], Long> pending = new TreeMap<>(Arrays::compareUnsigned);

  /** How far time has come by what arrived, and by the wall clock when nothing does. */
  private long watermarkNanos;

  private long newestArrivalNanos;
  private long lastInputMillis;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> windows;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], byte[]> pendingStore;

  WindowStep(SliConfig config, Stage stage) {
    this.config = config;
    this.onTime = SliTopology.events(stage, "on_time");
    this.late = SliTopology.events(stage, "late");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    windows = context.store(SliTopology.WINDOWS);
    pendingStore = context.store(SliTopology.PENDING);
    // Streams sets a revived task's step up again; only the stores tell what was committed.
    pending.clear();
    watermarkNanos = 0;
    newestArrivalNanos = 0;
    lastInputMillis = context.clock().millis(); // a backlog may be under way
    try (KeyValueIterator<byte[], byte[]> all = pendingStore.all()) {
      all.forEachRemaining(entry -> pending.put(entry.key, endNanos(entry.key)));
    }
    context.every(TICK, this::sendWhatIsOver);
    context.every(PURGE_INTERVAL, this::purge);
  }

  @Override
  public void process(InputRecord input) {
    SliWindow partial = SERDE.decode(input.value());
    byte[] key = key(partial.getStartTimeUnixNano(), partial.getSloId());
    byte[] before = windows.get(key);
    SliWindow merged =
        before == null ? partial : merge(SERDE.decode(before), partial, pending.containsKey(key));
    windows.put(key, SERDE.encode(merged));
    if (pending.put(key, endNanos(key)) == null) {
      pendingStore.put(key, PENDING);
    }
    (merged.getRevision() == 0 ? onTime : late).increment((double) partial.getTotal());
    newestArrivalNanos = Math.max(newestArrivalNanos, input.timestampMillis() * 1_000_000);
    watermarkNanos = Math.max(watermarkNanos, newestArrivalNanos);
    lastInputMillis = context.clock().millis();
  }

  /** A window that was sent already gets the next revision; one that waits keeps its own. */
  private static SliWindow merge(SliWindow window, SliWindow partial, boolean waits) {
    int revision = waits ? window.getRevision() : window.getRevision() + 1;
    List<TraceId> badTraces = new ArrayList<>(window.getBadTraces());
    partial.getBadTraces().forEach(trace -> BatchCount.addOnce(badTraces, trace));
    return SliWindow.newBuilder(window)
        .setGood(window.getGood() + partial.getGood())
        .setTotal(window.getTotal() + partial.getTotal())
        .setRevision(revision)
        .setLateCount(window.getLateCount() + (revision > 0 ? partial.getTotal() : 0))
        .setBadTraces(badTraces)
        .build();
  }

  private void sendWhatIsOver() {
    long nowMillis = context.clock().millis();
    if (nowMillis - lastInputMillis >= IDLE.toMillis()) {
      watermarkNanos = Math.max(watermarkNanos, nowMillis * 1_000_000);
    }
    Iterator<Map.Entry<byte[], Long>> waiting = pending.entrySet().iterator();
    while (waiting.hasNext()) {
      Map.Entry<byte[], Long> window = waiting.next();
      if (window.getValue() + config.grace().toNanos() > watermarkNanos) {
        return; // sorted by time, and all windows have one length
      }
      byte[] value = windows.get(window.getKey());
      if (value != null) {
        context.send(Topics.SLIS, sloId(window.getKey()), value);
      }
      pendingStore.delete(window.getKey());
      waiting.remove();
    }
  }

  /**
   * Windows that no event may correct any more. Events are held against their arrival, so age is
   * too: in a backlog of days, windows that are open now are old by the wall clock. Keys begin with
   * the time: the old ones come first.
   */
  private void purge() {
    Duration keep = config.maxLateness().plus(config.bucket()).plus(config.grace()).multipliedBy(2);
    long cutoff = newestArrivalNanos - keep.toNanos();
    List<byte[]> old = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> before =
        windows.range(key(0, ""), key(Math.max(0, cutoff), ""))) {
      before.forEachRemaining(entry -> old.add(entry.key));
    }
    old.forEach(windows::delete);
  }

  private long endNanos(byte[] key) {
    return ByteBuffer.wrap(key).getLong() + config.bucket().toNanos();
  }

  private static byte[] key(long startNanos, String sloId) {
    byte[] slo = sloId.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + slo.length).putLong(startNanos).put(slo).array();
  }

  private static byte[] sloId(byte[] key) {
    return Arrays.copyOfRange(key, Long.BYTES, key.length);
  }
}
