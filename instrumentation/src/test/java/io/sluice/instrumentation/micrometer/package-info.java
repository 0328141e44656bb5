@NullMarked
package io.sluice.instrumentation.micrometer;

import org.jspecify.annotations.NullMarked;
