/**
 * The sanitizer between raw and clean topics. {@link io.sluice.processors.sanitize.Sanitizer} is a
 * rule set made ready: one pass of an automaton over the bytes finds the places that a rule must
 * look at, so that clean text costs a scan and nothing else. {@link
 * io.sluice.processors.sanitize.TextSanitizer} is the same for text, without Kafka. Whatever fails
 * becomes a dead letter, and every change is in the ledger.
 */
@NullMarked
package io.sluice.processors.sanitize;

import org.jspecify.annotations.NullMarked;
