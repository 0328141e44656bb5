/** {@code sluice sanitize}: a filter between two pipes, without Kafka. */
@NullMarked
package io.sluice.app.sanitize;

import org.jspecify.annotations.NullMarked;
