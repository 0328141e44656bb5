/**
 * In the package of what is measured: what the sanitizer's engine finds, and the same rules run
 * plainly, are nobody else's business.
 */
@NullMarked
package io.sluice.processors.sanitize;

import org.jspecify.annotations.NullMarked;
