/**
 * Unique made-up secrets, ways into a running Sluice for them, and a search of everything that it
 * stores and shows.
 */
@NullMarked
package io.sluice.app.canaries;

import org.jspecify.annotations.NullMarked;
