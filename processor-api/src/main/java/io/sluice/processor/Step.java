package io.sluice.processor;

/**
 * One step of a processor, fed by topics. The runtime makes one for each partition number that this
 * process owns and calls all its methods from one stream thread, so a step needs no locks.
 *
 * <p>What {@link #process} sends and what it puts into stores is committed in one transaction with
 * the input's offset. When it throws, nothing that it sent for this record goes out, the record
 * goes to dead letters ({@link io.sluice.schemas.InvalidInputException} names the reason, anything
 * else is FAILED) and the next record follows. Stores are not rolled back for a single record:
 * check the input first, then change state.
 */
public interface Step {

  /** Called once, before the first record and after state was restored. */
  default void init(StepContext context) {}

  /** Called for each record, in the order of its partition. */
  void process(InputRecord input);
}
