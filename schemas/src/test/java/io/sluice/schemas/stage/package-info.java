@NullMarked
package io.sluice.schemas.stage;

import org.jspecify.annotations.NullMarked;
