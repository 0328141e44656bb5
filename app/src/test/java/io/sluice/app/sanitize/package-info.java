@NullMarked
package io.sluice.app.sanitize;

import org.jspecify.annotations.NullMarked;
