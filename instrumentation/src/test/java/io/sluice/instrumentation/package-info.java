@NullMarked
package io.sluice.instrumentation;

import org.jspecify.annotations.NullMarked;
