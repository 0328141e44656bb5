@NullMarked
package io.sluice.schemas.otlp;

import org.jspecify.annotations.NullMarked;
