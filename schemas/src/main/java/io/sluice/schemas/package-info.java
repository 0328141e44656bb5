/**
 * The language that Sluice's parts share: the records that it computes (generated from {@code
 * src/main/avro}), the catalogue of topics, serdes, and the reasons for which input is refused.
 * Nothing here depends on another module.
 */
@NullMarked
package io.sluice.schemas;

import org.jspecify.annotations.NullMarked;
