/**
 * The notifier: a plain consumer of {@code sluice.alerts} that tells Alertmanagers and webhooks.
 * Who is called, when and how often is Alertmanager's business.
 */
@NullMarked
package io.sluice.alerts.notify;

import org.jspecify.annotations.NullMarked;
