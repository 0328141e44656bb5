/**
 * What every part of a Sluice process has in common whatever it does: a life ({@link
 * io.sluice.schemas.stage.Component}), a connection to Kafka, and the same few metrics under the
 * same names.
 */
@NullMarked
package io.sluice.schemas.stage;

import org.jspecify.annotations.NullMarked;
