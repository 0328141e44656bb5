/** The {@code sluice} command: reads the configuration, starts the chosen roles, and stops them. */
@NullMarked
package io.sluice.app;

import org.jspecify.annotations.NullMarked;
