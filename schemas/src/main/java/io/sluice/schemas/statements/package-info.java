/**
 * Which statements of databases take most time, as their owners say: for a command and the console.
 */
@NullMarked
package io.sluice.schemas.statements;

import org.jspecify.annotations.NullMarked;
