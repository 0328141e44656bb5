/** A running process: its components in order, its data directory, its own log and traces. */
@NullMarked
package io.sluice.app.runtime;

import org.jspecify.annotations.NullMarked;
