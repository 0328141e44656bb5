@NullMarked
package io.sluice.processors.traces;

import org.jspecify.annotations.NullMarked;
