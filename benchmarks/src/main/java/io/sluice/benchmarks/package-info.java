/** Measures Sluice beside the limits of the machine, in one run, and prints ratios to them. */
@NullMarked
package io.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
