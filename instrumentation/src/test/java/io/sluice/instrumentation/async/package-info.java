@NullMarked
package io.sluice.instrumentation.async;

import org.jspecify.annotations.NullMarked;
