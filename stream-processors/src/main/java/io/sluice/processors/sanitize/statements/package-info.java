/**
 * Takes the literals out of database statements and leaves what groups them: keywords, names of
 * tables and columns, keys, operators, placeholders. {@link
 * io.sluice.processors.sanitize.statements.StatementScrubber} does it on bytes: tokens are read one
 * by one, as the {@link io.sluice.processors.sanitize.statements.Dialect} has them, without regular
 * expressions; what cannot be read with certainty goes.
 */
@NullMarked
package io.sluice.processors.sanitize.statements;

import org.jspecify.annotations.NullMarked;
