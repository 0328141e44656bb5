/**
 * Micrometer's meters on the way to Kafka. Only for services that have {@code
 * micrometer-registry-otlp} on their class path.
 */
@NullMarked
package io.sluice.instrumentation.micrometer;

import org.jspecify.annotations.NullMarked;
