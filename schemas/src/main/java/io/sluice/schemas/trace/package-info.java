/**
 * What can be said of a trace as a whole: its tree, with clocks put right; where the time went and
 * where an error began. Plain computation over the OTLP bytes of its spans, for whoever writes or
 * shows traces. Takes any spans, in linear time but for sorting, and never follows a cycle.
 */
@NullMarked
package io.sluice.schemas.trace;

import org.jspecify.annotations.NullMarked;
