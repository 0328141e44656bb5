/**
 * The SPI of stream processors. A {@link io.sluice.processor.StreamProcessor} is found by {@code
 * ServiceLoader}, wires {@link io.sluice.processor.Step}s between topics of the catalogue, and gets
 * everything else from the runtime: exactly-once, dead letters, metrics, tracing, definitions, a
 * graceful stop. The built-in processors have no other way in.
 */
@NullMarked
package io.sluice.processor;

import org.jspecify.annotations.NullMarked;
