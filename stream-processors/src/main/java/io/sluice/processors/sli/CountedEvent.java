package io.sluice.processors.sli;

import io.sluice.schemas.definitions.SloEvent;
import io.sluice.schemas.otlp.Slice;

/** An event with what counting it needs. */
interface CountedEvent extends SloEvent {

  /** When its outcome was known; negative for a time beyond the year 2262. */
  long timeUnixNano();

  /** For how many events it stands, where its service samples. */
  default long count() {
    return 1;
  }

  /** 16 bytes, or empty for what belongs to no trace. */
  Slice traceId();

  /** Says what it may have in common with others, when it is bad. */
  void contributeTo(Contributors contributors, long events);
}
