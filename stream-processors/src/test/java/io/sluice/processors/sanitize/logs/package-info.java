/** What log records become, in tables and properties. */
@NullMarked
package io.sluice.processors.sanitize.logs;

import org.jspecify.annotations.NullMarked;
