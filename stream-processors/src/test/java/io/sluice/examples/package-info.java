/**
 * How services use the engine: the snippets of docs/sanitizing.md, which go by the public classes
 * alone.
 */
@NullMarked
package io.sluice.examples;

import org.jspecify.annotations.NullMarked;
