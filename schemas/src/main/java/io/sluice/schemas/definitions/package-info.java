/**
 * What users define in files: redaction rules and SLOs. Each kind has a model that is valid once it
 * exists, made of the documents of one {@code DefinitionSet}; a document that is wrong is refused
 * with file, line and key path. The sets that Sluice ships are resources of this module, so that a
 * stage is never without rules.
 */
@NullMarked
package io.sluice.schemas.definitions;

import org.jspecify.annotations.NullMarked;
