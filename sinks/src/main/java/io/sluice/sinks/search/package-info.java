/**
 * The search sink: logs and traces into a {@link io.sluice.sinks.search.SearchStore}, exactly once,
 * because each batch is stored together with the offsets that follow it. Lucene in this process is
 * the store.
 */
@NullMarked
package io.sluice.sinks.search;

import org.jspecify.annotations.NullMarked;
