@NullMarked
package io.sluice.sinks.prometheus;

import org.jspecify.annotations.NullMarked;
