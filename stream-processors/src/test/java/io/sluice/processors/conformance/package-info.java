@NullMarked
package io.sluice.processors.conformance;

import org.jspecify.annotations.NullMarked;
