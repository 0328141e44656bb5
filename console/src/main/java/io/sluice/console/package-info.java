/**
 * The query API and the web page. Everything that it shows comes from the search store, from topics
 * that it follows, and from the process's own metrics; all text of telemetry is hostile input.
 */
@NullMarked
package io.sluice.console;

import org.jspecify.annotations.NullMarked;
