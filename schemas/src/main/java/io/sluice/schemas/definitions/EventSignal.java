package io.sluice.schemas.definitions;

/** What kind of telemetry an SLO counts. */
public enum EventSignal {
  /** Each span is an event, at its end. */
  SPANS,
  /** Each log record is an event. */
  LOGS,
  /** Each trace is an event, at its end: the first version of it. */
  TRACES,
  /** Each point of a gauge is an event. */
  METRICS
}
