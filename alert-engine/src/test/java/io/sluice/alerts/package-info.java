/** Tests of the alert engine: its sums, its state machine, the topology. */
@NullMarked
package io.sluice.alerts;

import org.jspecify.annotations.NullMarked;
