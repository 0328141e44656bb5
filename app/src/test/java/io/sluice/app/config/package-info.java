@NullMarked
package io.sluice.app.config;

import org.jspecify.annotations.NullMarked;
