/**
 * The trace assembler: joins spans into traces and emits a trace as soon as it is complete. A
 * growing trace is kept as the fragments that came, appended and never rewritten; what decides when
 * it ends is a small index in memory, rebuilt from the fragments after a restart.
 */
@NullMarked
package io.sluice.processors.traces;

import org.jspecify.annotations.NullMarked;
