/**
 * Texts with secrets at known places, and what a sanitizer finds of them and spoils beside them.
 * Made without a look at any rule: from what vendors, banks and registries publish.
 */
@NullMarked
package io.sluice.benchmarks.quality;

import org.jspecify.annotations.NullMarked;
