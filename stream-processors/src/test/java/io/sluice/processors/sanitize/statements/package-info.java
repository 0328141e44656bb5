/** Tests of the sanitizer: its rules, its engine, the walk through requests, the topology. */
@NullMarked
package io.sluice.processors.sanitize.statements;

import org.jspecify.annotations.NullMarked;
