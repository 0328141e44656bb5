@NullMarked
package io.sluice.instrumentation.logs;

import org.jspecify.annotations.NullMarked;
