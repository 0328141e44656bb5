/** Tests of the SLI windows: counting, event time, corrections, definitions, faults. */
@NullMarked
package io.sluice.processors.sli;

import org.jspecify.annotations.NullMarked;
