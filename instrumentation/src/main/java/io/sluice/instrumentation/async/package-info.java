/**
 * Spans around work that runs later or elsewhere: the span begins when the work begins and ends
 * when the work ends, whichever thread that is, and the thread keeps no trace of it afterwards.
 */
@NullMarked
package io.sluice.instrumentation.async;

import org.jspecify.annotations.NullMarked;
