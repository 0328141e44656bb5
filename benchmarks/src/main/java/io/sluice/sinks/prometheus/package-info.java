/** What benchmarks need of remote write's inside. */
@NullMarked
package io.sluice.sinks.prometheus;

import org.jspecify.annotations.NullMarked;
