package io.sluice.processors.sli;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesPoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The last point of each counted series, in a store: a restart goes on where it was. */
final class LastPoints implements MetricEvents.Memory {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());

  private final KeyValueStore<byte[], byte[]> store;

  LastPoints(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
  }

  @Override
  public @Nullable SeriesPoint get(String series) {
    byte[] stored = store.get(bytes(series));
    return stored == null ? null : SERDE.decode(stored);
  }

  @Override
  public void put(String series, SeriesPoint point) {
    store.put(bytes(series), SERDE.encode(point));
  }

  @Override
  public void remove(String series) {
    store.delete(bytes(series));
  }

  /**
   * Forgets the others: an SLO that is back later would take what was counted meanwhile for new.
   *
   * @param counted whether some SLO counts such an event
   */
  void keepOnly(Predicate<CountedEvent> counted) {
    List<byte[]> others = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            if (!MetricEvents.isCounted(SERDE.decode(entry.value), counted)) {
              others.add(entry.key);
            }
          });
    }
    others.forEach(store::delete);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
