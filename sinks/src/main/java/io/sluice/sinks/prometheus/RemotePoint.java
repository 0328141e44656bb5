package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One point of a series on its way to the receiver.
 *
 * @param source the record that it came in; null when the series' last point is written again
 * @param shown the series as it is shown on {@code /metrics}
 * @param series whose samples it has
 * @param timeMillis the time of its samples, later than that of the point before
 * @param value of its only sample; of a histogram it means nothing
 * @param data the point as it is shown on {@code /metrics}; null when the value is all it has
 * @param exemplarsAfterMillis exemplars up to this time were written already
 * @param stale whether the series has ended
 * @param described whether the series' kind and help are to go with it
 */
record RemotePoint(
    @Nullable ConsumerRecord<byte[], byte[]> source,
    ShownSeries shown,
    RemoteSeries series,
    long timeMillis,
    double value,
    @Nullable DataPointSnapshot data,
    long exemplarsAfterMillis,
    boolean stale,
    boolean described) {}
