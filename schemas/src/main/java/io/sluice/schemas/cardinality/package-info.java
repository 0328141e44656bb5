/**
 * How many series services ask for, as the owners of the series say: for a command and the console.
 */
@NullMarked
package io.sluice.schemas.cardinality;

import org.jspecify.annotations.NullMarked;
