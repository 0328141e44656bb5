/** What benchmarks need of the stores' inside. */
@NullMarked
package io.sluice.sinks.search;

import org.jspecify.annotations.NullMarked;
