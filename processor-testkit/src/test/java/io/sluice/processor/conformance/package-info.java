@NullMarked
package io.sluice.processor.conformance;

import org.jspecify.annotations.NullMarked;
