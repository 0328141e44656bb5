package io.sluice.sinks.prometheus;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One point of a series on its way to the receiver.
 *
 * @param source the record that it came in
 * @param shown the point as it is shown on {@code /metrics}
 * @param series whose samples it has
 * @param timeMillis the time of its samples, later than that of the point before
 * @param exemplarsAfterMillis exemplars up to this time were written already
 * @param stale whether the series has ended
 */
record RemotePoint(
    ConsumerRecord<byte[], byte[]> source,
    ShownPoint shown,
    RemoteSeries series,
    long timeMillis,
    long exemplarsAfterMillis,
    boolean stale) {}
