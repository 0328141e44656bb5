package io.sluice.processor.runtime;

import io.sluice.processor.InputRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records at which the memory ran out. Once may be anybody's doing, so the record is tried again by
 * a new thread; twice is the record's. Shared by all threads of a stage.
 */
final class Suspects {

  private final Map<String, Long> offsets = new ConcurrentHashMap<>();

  /** Whether it was suspected before. */
  boolean again(InputRecord input) {
    Long before = offsets.put(input.topic().name() + "-" + input.partition(), input.offset());
    return before != null && before == input.offset();
  }
}
