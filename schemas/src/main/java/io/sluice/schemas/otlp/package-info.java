/**
 * OTLP without decoding it: a cursor over protobuf bytes and views with OTLP's own names that read
 * a field when asked. Unknown fields stay in the bytes untouched. All of it is iterative, bounded
 * in depth, and throws {@link io.sluice.schemas.InvalidInputException} for anything that is not
 * valid protobuf.
 */
@NullMarked
package io.sluice.schemas.otlp;

import org.jspecify.annotations.NullMarked;
