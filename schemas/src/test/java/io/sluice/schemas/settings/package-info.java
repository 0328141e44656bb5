@NullMarked
package io.sluice.schemas.settings;

import org.jspecify.annotations.NullMarked;
