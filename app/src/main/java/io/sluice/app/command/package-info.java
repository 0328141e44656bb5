/** The subcommands, one class each. */
@NullMarked
package io.sluice.app.command;

import org.jspecify.annotations.NullMarked;
