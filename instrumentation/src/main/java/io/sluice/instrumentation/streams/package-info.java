/**
 * Context through Kafka Streams: where records wait in a state store or a window their headers are
 * lost, so the context is kept with the value. Needs {@code kafka-streams}, which a service that
 * uses it has.
 */
@NullMarked
package io.sluice.instrumentation.streams;

import org.jspecify.annotations.NullMarked;
