/**
 * The Prometheus sink: shows the newest point of every derived series on {@code /metrics}, beside
 * the process's own metrics.
 */
@NullMarked
package io.sluice.sinks.prometheus;

import org.jspecify.annotations.NullMarked;
