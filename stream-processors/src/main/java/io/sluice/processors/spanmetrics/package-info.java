/**
 * Metrics from spans. Two steps, so that a busy service costs its owner little: batches are
 * combined where they are read, and one owner per service adds the parts up in changelogged state.
 * Counters keep their start and their value over restarts.
 *
 * <p>A derivation is a {@link io.sluice.processors.spanmetrics.SpanDerivation}: it adds to the
 * {@link io.sluice.processors.spanmetrics.Tallies} of the metrics that {@link
 * io.sluice.processors.spanmetrics.Metrics} names. Whatever else has numbers for the owners fills
 * tallies of its own and sends what they drain, keyed by service.
 */
@NullMarked
package io.sluice.processors.spanmetrics;

import org.jspecify.annotations.NullMarked;
