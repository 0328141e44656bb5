@NullMarked
package io.sluice.sinks.search;

import org.jspecify.annotations.NullMarked;
