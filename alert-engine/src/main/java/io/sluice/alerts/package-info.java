/**
 * Decides alerts from SLI windows: burn rates over pairs of windows ({@link
 * io.sluice.alerts.BurnRate}), and a state machine per alert ({@link
 * io.sluice.alerts.AlertLifecycle}) whose state and transitions are committed together.
 */
@NullMarked
package io.sluice.alerts;

import org.jspecify.annotations.NullMarked;
