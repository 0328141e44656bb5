/**
 * For authors of processors: runs one without a broker, on a clock that the test drives. Needs
 * {@code kafka-streams-test-utils} on the class path.
 */
@NullMarked
package io.sluice.processor.testkit;

import org.jspecify.annotations.NullMarked;
