/**
 * Log records without secrets before they leave the service. Only for services that have Sluice's
 * sanitizing engine on their class path.
 */
@NullMarked
package io.sluice.instrumentation.logs;

import org.jspecify.annotations.NullMarked;
