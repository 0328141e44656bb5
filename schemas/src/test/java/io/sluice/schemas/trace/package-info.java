@NullMarked
package io.sluice.schemas.trace;

import org.jspecify.annotations.NullMarked;
