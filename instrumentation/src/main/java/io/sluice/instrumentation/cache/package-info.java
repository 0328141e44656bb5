/**
 * Hits and misses of caches for which nobody else counts them. Only for services that have the
 * client on their class path.
 */
@NullMarked
package io.sluice.instrumentation.cache;

import org.jspecify.annotations.NullMarked;
