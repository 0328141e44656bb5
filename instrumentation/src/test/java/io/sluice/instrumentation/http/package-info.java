@NullMarked
package io.sluice.instrumentation.http;

import org.jspecify.annotations.NullMarked;
