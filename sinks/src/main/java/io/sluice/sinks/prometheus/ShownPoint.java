package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.DataPointSnapshot;

/** A point as the Prometheus client shows it. */
record ShownPoint(ShownSeries series, DataPointSnapshot data) {}
