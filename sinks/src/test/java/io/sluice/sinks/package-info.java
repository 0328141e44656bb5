@NullMarked
package io.sluice.sinks;

import org.jspecify.annotations.NullMarked;
