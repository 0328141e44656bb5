/** {@code sluice.yaml}: its records, and where each value came from. */
@NullMarked
package io.sluice.app.config;

import org.jspecify.annotations.NullMarked;
