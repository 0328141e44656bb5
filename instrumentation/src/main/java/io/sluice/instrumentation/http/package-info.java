/**
 * Instruments for the HTTP server and client that come with the JDK. Both carry W3C trace context
 * and baggage across, make spans and metrics by the stable OpenTelemetry semantic conventions for
 * HTTP, and count bodies while they pass, without holding them.
 */
@NullMarked
package io.sluice.instrumentation.http;

import org.jspecify.annotations.NullMarked;
