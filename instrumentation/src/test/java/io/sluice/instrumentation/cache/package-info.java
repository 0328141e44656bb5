@NullMarked
package io.sluice.instrumentation.cache;

import org.jspecify.annotations.NullMarked;
