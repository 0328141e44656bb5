@NullMarked
package io.sluice.schemas.definitions;

import org.jspecify.annotations.NullMarked;
