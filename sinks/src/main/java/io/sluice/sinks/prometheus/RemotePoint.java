package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.SortedMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One point of a series on its way to the receiver.
 *
 * @param source the record that it came in
 * @param metric the point as it is shown on {@code /metrics}
 * @param labels all labels, with {@code __name__}: the name without {@code _bucket} and so on
 * @param timeMillis the time of its samples, later than that of the point before
 * @param exemplarsAfterMillis exemplars up to this time were written already
 * @param stale whether the series has ended
 */
record RemotePoint(
    ConsumerRecord<byte[], byte[]> source,
    MetricSnapshot metric,
    SortedMap<String, String> labels,
    long timeMillis,
    long exemplarsAfterMillis,
    boolean stale) {}
