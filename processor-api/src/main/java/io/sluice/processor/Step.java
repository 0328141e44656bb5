package io.sluice.processor;

/**
 * One step of a processor, fed by topics. The runtime makes one for each partition number that this
 * process owns and calls all its methods from one stream thread, so a step needs no locks.
 *
 * <p>What {@link #process} sends and what it puts into stores is committed in one transaction with
 * the input's offset. When it throws, nothing that it sent for this record goes out, the record
 * goes to dead letters ({@link io.sluice.schemas.InvalidInputException} names the reason, anything
 * else is FAILED) and the next record follows. Stores are not rolled back for a single record:
 * check the input first, then change state. An output that its topic refuses is a dead letter: the
 * record's in a step without stores; in one with stores that output alone, since the others are
 * true.
 */
public interface Step {

  /** Called once, before the first record and after state was restored. */
  default void init(StepContext context) {}

  /**
   * Called for each record, in the order of its partition. Not for a tombstone in a compacted
   * topic: it takes a key back, and there is nothing in it to process. Elsewhere a record without
   * value is a dead letter.
   */
  void process(InputRecord input);

  /**
   * Called before each commit of records that came since the last, if the step was wired with
   * stores. What it sends and puts into stores here is committed with those records and their
   * offsets, so that a step may add up in memory what it would else send and store for each record.
   * A failure ends the task, which begins anew from what was committed last.
   */
  default void beforeCommit() {}

  /**
   * Called when this process no longer owns the partition, or before another step takes over from
   * this one; callbacks have ended. Stores may not be used any more. Gives back what the step
   * shares with others, as its part of a gauge.
   */
  default void close() {}
}
