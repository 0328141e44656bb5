package io.sluice.processors.spanmetrics;

/**
 * Derives metrics from spans. An implementation asks in its constructor for the slots of the
 * attributes that it reads and for a table for each metric that it adds to; then it is given every
 * span. What it leaves out costs nothing: no series, no bytes.
 */
interface SpanDerivation {

  void add(MeasuredSpan span);
}
