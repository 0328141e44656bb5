/**
 * Reading what people write. A configuration record is a plain Java record whose components carry
 * {@code @JsonPropertyDescription}, with a static {@code defaults()} and checks in its compact
 * constructor; {@link io.sluice.schemas.settings.StrictYaml} makes one of a file, or says
 * everything that is wrong with the file and where. Value types are written {@code 10s} and {@code
 * 8MiB}.
 */
@NullMarked
package io.sluice.schemas.settings;

import org.jspecify.annotations.NullMarked;
