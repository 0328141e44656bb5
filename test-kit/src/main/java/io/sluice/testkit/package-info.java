/**
 * The vocabulary of Sluice's tests, and of tests of extensions: telemetry that reads as a sentence
 * ({@link Telemetry}, {@link TraceBuilder}) as real OTLP messages, and a real broker shared by all
 * test classes of a JVM ({@link WithBroker}) on which each test has topics of its own.
 */
@NullMarked
package io.sluice.testkit;

import org.jspecify.annotations.NullMarked;
