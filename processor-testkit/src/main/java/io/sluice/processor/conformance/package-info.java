/**
 * What every processor must keep, whatever it does: {@link
 * io.sluice.processor.conformance.Conformance} on a test method runs a processor through it.
 */
@NullMarked
package io.sluice.processor.conformance;

import org.jspecify.annotations.NullMarked;
