/** Tests of taking literals out of database statements. */
@NullMarked
package io.sluice.processors.sanitize.statements;

import org.jspecify.annotations.NullMarked;
