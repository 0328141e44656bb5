@NullMarked
package io.sluice.instrumentation.streams;

import org.jspecify.annotations.NullMarked;
