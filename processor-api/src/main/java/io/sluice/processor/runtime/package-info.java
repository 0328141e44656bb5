/**
 * Hosts processors: wires steps so that no step can forget dead letters, metrics or tracing, and
 * runs each processor as an exactly-once Kafka Streams application.
 */
@NullMarked
package io.sluice.processor.runtime;

import org.jspecify.annotations.NullMarked;
