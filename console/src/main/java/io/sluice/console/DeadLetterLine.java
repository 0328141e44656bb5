package io.sluice.console;

/**
 * A dead letter without what it carries: neither key nor value nor headers, which may be secret.
 *
 * @param id its place on the dead-letters topic, as {@code sluice dead-letters} names it
 * @param timeMillis when it was refused
 * @param topic where it came from, with partition and offset
 */
record DeadLetterLine(
    String id,
    long timeMillis,
    String stage,
    String reason,
    String message,
    String topic,
    int partition,
    long offset) {}
