package io.sluice.sinks.prometheus;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.xerial.snappy.Snappy;

/** The requests that remote write makes of points, for a loop that only sends them. */
public final class ReadyRequests {

  private static final AvroSerde<SeriesPoint> POINTS = AvroSerde.of(SeriesPoint.getClassSchema());

  private final RemoteWriteConfig config;
  private final RemotePoints points;
  private final Map<Integer, List<byte[]>> bodies = new HashMap<>();
  private RemoteBatch batch;

  private ReadyRequests(RemoteWriteConfig config) {
    this.config = config;
    PrometheusSinkConfig shown = PrometheusSinkConfig.defaults();
    this.points =
        new RemotePoints(config, new SeriesSnapshots(shown.buckets(), shown.sizeBuckets()));
    this.batch = new RemoteBatch(config.maxSeries());
  }

  /**
   * Of records of {@code sluice.series}, none of which is left out.
   *
   * @return bodies in the order in which they must arrive, for each shard
   */
  public static List<List<byte[]>> of(
      List<ConsumerRecord<byte[], byte[]>> records, RemoteWriteConfig config) throws IOException {
    ReadyRequests requests = new ReadyRequests(config);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      requests.add(record);
    }
    requests.send();
    return List.copyOf(requests.bodies.values());
  }

  private void add(ConsumerRecord<byte[], byte[]> record) throws IOException {
    SeriesPoint point = POINTS.decode(record.value());
    RemotePoints.Incoming incoming = points.incoming(record, point);
    RemoteSeries series = incoming.target();
    if (series == null) {
      throw new IllegalArgumentException("a point that is left out");
    }
    if (!batch.takes(series)) {
      send();
    }
    RemotePoint next = points.next(record, point, incoming.shown(), series);
    if (next == null) {
      throw new IllegalArgumentException("a point that is older than the one before");
    }
    batch.add(next);
  }

  private void send() throws IOException {
    for (List<RemotePoint> shard : batch.shards(config.shards())) {
      WriteRequest request = new WriteRequest(config.histograms());
      shard.forEach(request::add);
      int number = Math.floorMod(shard.get(0).series().hashCode(), config.shards());
      bodies
          .computeIfAbsent(number, unused -> new ArrayList<>())
          .add(Snappy.compress(request.toBytes()));
    }
    batch = new RemoteBatch(config.maxSeries());
  }
}
