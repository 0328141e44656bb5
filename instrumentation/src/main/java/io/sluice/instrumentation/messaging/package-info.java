/**
 * Context in the headers of Kafka's records, and spans of consumers that OpenTelemetry's library
 * does not make: those that fail with the work, and those of batches.
 */
@NullMarked
package io.sluice.instrumentation.messaging;

import org.jspecify.annotations.NullMarked;
