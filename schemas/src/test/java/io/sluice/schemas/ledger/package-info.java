@NullMarked
package io.sluice.schemas.ledger;

import org.jspecify.annotations.NullMarked;
