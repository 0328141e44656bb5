/** Tests of the metrics from spans: histograms, labels, the series of a service, faults. */
@NullMarked
package io.sluice.processors.spanmetrics;

import org.jspecify.annotations.NullMarked;
