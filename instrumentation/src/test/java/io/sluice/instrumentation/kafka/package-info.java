@NullMarked
package io.sluice.instrumentation.kafka;

import org.jspecify.annotations.NullMarked;
