/**
 * Spans of the commands of Redis clients. Only for services that have the client on their class
 * path.
 */
@NullMarked
package io.sluice.instrumentation.redis;

import org.jspecify.annotations.NullMarked;
