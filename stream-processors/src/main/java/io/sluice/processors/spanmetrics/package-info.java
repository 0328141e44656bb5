/**
 * Metrics from spans: rate, errors and durations. Two steps, so that a busy service costs its owner
 * little: batches are combined where they are read, and one owner per service adds the parts up in
 * changelogged state. Counters keep their start and their value over restarts.
 */
@NullMarked
package io.sluice.processors.spanmetrics;

import org.jspecify.annotations.NullMarked;
