package io.sluice.processors.traces;

import java.util.concurrent.atomic.AtomicLong;

/** How much is open, summed over all partitions of this process. */
final class OpenCounts {

  final AtomicLong traces = new AtomicLong();
  final AtomicLong spans = new AtomicLong();
}
