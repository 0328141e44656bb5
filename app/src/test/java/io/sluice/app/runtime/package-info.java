@NullMarked
package io.sluice.app.runtime;

import org.jspecify.annotations.NullMarked;
