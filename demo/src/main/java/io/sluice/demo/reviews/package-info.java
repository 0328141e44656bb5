/** A service that knows nothing of telemetry, to be run under the OpenTelemetry Java agent. */
@NullMarked
package io.sluice.demo.reviews;

import org.jspecify.annotations.NullMarked;
