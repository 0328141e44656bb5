/** How benchmarks are found: by {@code ServiceLoader}, so that production needs none of them. */
@NullMarked
package io.sluice.app.bench;

import org.jspecify.annotations.NullMarked;
