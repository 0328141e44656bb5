package io.sluice.sinks.prometheus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The requests that remote write makes of points, for a loop that only sends them. */
public final class ReadyRequests {

  private final RemoteWriteConfig config;
  private final RemotePoints points;
  private final Map<Integer, List<byte[]>> bodies = new HashMap<>();
  private RemoteBatch batch;

  private ReadyRequests(RemoteWriteConfig config) {
    this.config = config;
    PrometheusSinkConfig shown = PrometheusSinkConfig.defaults();
    this.points =
        new RemotePoints(config, new SeriesSnapshots(shown.buckets(), shown.sizeBuckets()));
    this.batch = new RemoteBatch(1, config);
  }

  /**
   * Of records of {@code sluice.series}, none of which is left out.
   *
   * @return bodies in the order in which they must arrive, for each shard
   */
  public static List<List<byte[]>> of(
      List<ConsumerRecord<byte[], byte[]>> records, RemoteWriteConfig config) {
    ReadyRequests requests = new ReadyRequests(config);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      requests.add(record);
    }
    requests.send();
    return List.copyOf(requests.bodies.values());
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    RemotePoints.Incoming incoming = points.incoming(record, System.currentTimeMillis());
    RemoteSeries series = incoming.target();
    if (series == null) {
      throw new IllegalArgumentException("a point that is left out");
    }
    if (batch.isFull() || series.batch() == batch.number()) {
      send();
    }
    RemotePoint next = points.next(incoming, series);
    if (next == null) {
      throw new IllegalArgumentException("a point that is older than the one before");
    }
    batch.add(next);
  }

  private void send() {
    batch
        .requests()
        .forEach(
            (shard, request) ->
                bodies
                    .computeIfAbsent(shard, unused -> new ArrayList<>())
                    .add(RemoteWriteClient.body(request.message(0, request.size()))));
    batch = new RemoteBatch(batch.number() + 1, config);
  }
}
