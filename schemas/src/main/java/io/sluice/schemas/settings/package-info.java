/**
 * What configuration records share: value types that people write ({@code 10s}, {@code 8MiB}) and
 * the exception with which a record refuses an impossible value. A configuration record is a plain
 * Java record whose components carry {@code @JsonPropertyDescription}, with a static {@code
 * defaults()} and checks in its compact constructor.
 */
@NullMarked
package io.sluice.schemas.settings;

import org.jspecify.annotations.NullMarked;
