@NullMarked
package io.sluice.instrumentation.jdbc;

import org.jspecify.annotations.NullMarked;
