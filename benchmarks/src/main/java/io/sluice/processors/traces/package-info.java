/** Looks from the benchmarks into the trace assembler's index, which no other module sees. */
@NullMarked
package io.sluice.processors.traces;

import org.jspecify.annotations.NullMarked;
