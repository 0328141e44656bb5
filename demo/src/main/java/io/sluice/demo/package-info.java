/**
 * A small shop of real HTTP services, each with its own OpenTelemetry SDK, that sends real traces,
 * logs and metrics to an OTLP endpoint, serves visitors of its own making, logs secrets on purpose
 * and can be broken on purpose. {@link io.sluice.demo.Shop} starts it all in one process.
 */
@NullMarked
package io.sluice.demo;

import org.jspecify.annotations.NullMarked;
