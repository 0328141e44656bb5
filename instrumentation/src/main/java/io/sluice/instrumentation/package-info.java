/**
 * What a service adds to be observed: an OpenTelemetry SDK that is set up in one line ({@link
 * io.sluice.instrumentation.ServiceTelemetry}) and, in the packages below, instruments for what the
 * service does. Everything here speaks the OpenTelemetry API, so the instruments also work with an
 * SDK that came from elsewhere, for example from the OpenTelemetry Java agent.
 */
@NullMarked
package io.sluice.instrumentation;

import org.jspecify.annotations.NullMarked;
