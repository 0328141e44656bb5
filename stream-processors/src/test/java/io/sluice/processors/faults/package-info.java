/** Faults that tests do to a processor's task: a kill, and an aborted transaction. */
@NullMarked
package io.sluice.processors.faults;

import org.jspecify.annotations.NullMarked;
