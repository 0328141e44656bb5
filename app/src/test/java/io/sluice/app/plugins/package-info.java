@NullMarked
package io.sluice.app.plugins;

import org.jspecify.annotations.NullMarked;
