@NullMarked
package io.sluice.instrumentation.examples;

import org.jspecify.annotations.NullMarked;
