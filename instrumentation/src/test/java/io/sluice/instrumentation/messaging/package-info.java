@NullMarked
package io.sluice.instrumentation.messaging;

import org.jspecify.annotations.NullMarked;
