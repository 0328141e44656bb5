/** Processors of others, from jars that are found at the start. */
@NullMarked
package io.sluice.app.plugins;

import org.jspecify.annotations.NullMarked;
