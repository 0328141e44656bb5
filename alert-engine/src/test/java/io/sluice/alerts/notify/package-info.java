@NullMarked
package io.sluice.alerts.notify;

import org.jspecify.annotations.NullMarked;
