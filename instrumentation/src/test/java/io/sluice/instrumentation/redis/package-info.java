@NullMarked
package io.sluice.instrumentation.redis;

import org.jspecify.annotations.NullMarked;
