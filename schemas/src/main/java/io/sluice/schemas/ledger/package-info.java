/**
 * What the redaction ledger says, added up: what is redacted where, by which service, and what is
 * new. The same answers for the command and for the console.
 */
@NullMarked
package io.sluice.schemas.ledger;

import org.jspecify.annotations.NullMarked;
