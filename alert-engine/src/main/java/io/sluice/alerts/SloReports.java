package io.sluice.alerts;

import io.sluice.processor.StepContext;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.Slo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Tells the sinks and the console how SLOs stand, and takes back what it told of those that are
 * gone: the topics keep the last record of a key for ever.
 */
final class SloReports {

  private static final AvroSerde<SloBudget> BUDGETS = AvroSerde.of(SloBudget.getClassSchema());
  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());

  private final StepContext context;

  /** The SLO's id: the identities of its series, one a line. */
  private final KeyValueStore<byte[], byte[]> reported;

  SloReports(StepContext context) {
    this.context = context;
    this.reported = context.store(AlertsTopology.REPORTED);
  }

  void send(Slo slo, SliHistory history, List<SeriesPoint> series) {
    byte[] id = bytes(slo.id());
    context.send(Topics.BUDGETS, id, BUDGETS.encode(new Budget(slo, history).record()));
    Set<String> identities = new LinkedHashSet<>();
    for (SeriesPoint point : series) {
      String identity = SeriesIdentity.of(point);
      identities.add(identity);
      context.send(Topics.SERIES, bytes(identity), SERIES.encode(point));
    }
    byte[] now = bytes(String.join("\n", identities));
    byte[] before = reported.get(id);
    if (!Arrays.equals(before, now)) {
      Set<String> gone = identities(before);
      gone.removeAll(identities);
      takeBack(gone);
      reported.put(id, now);
    }
  }

  /** Shows an alert while it fires. */
  void send(Alert transition) {
    SeriesPoint point = AlertSeries.of(transition);
    byte[] identity = bytes(SeriesIdentity.of(point));
    switch (transition.getState()) {
      case PENDING -> {}
      case FIRING -> context.send(Topics.SERIES, identity, SERIES.encode(point));
      case RESOLVED -> context.send(Topics.SERIES, identity, null);
    }
  }

  /** Takes back what was told of SLOs that are not among these. */
  void keepOnly(Set<String> sloIds) {
    List<KeyValue<byte[], byte[]>> gone = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = reported.all()) {
      all.forEachRemaining(
          entry -> {
            if (!sloIds.contains(new String(entry.key, StandardCharsets.UTF_8))) {
              gone.add(entry);
            }
          });
    }
    for (KeyValue<byte[], byte[]> slo : gone) {
      context.send(Topics.BUDGETS, slo.key, null);
      takeBack(identities(slo.value));
      reported.delete(slo.key);
    }
  }

  private void takeBack(Set<String> identities) {
    identities.forEach(identity -> context.send(Topics.SERIES, bytes(identity), null));
  }

  private static Set<String> identities(byte @Nullable [] lines) {
    return lines == null
        ? new LinkedHashSet<>()
        : new LinkedHashSet<>(new String(lines, StandardCharsets.UTF_8).lines().toList());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
