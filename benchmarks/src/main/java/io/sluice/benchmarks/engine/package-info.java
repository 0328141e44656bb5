/** How fast the sanitizer's engine reads text, against the same rules run plainly. */
@NullMarked
package io.sluice.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
