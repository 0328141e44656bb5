package io.sluice.processors.traces;

import java.lang.management.ManagementFactory;
import java.util.List;

/** How much heap the index of open traces takes, beside the batches' bytes. */
public final class IndexProbe {

  private IndexProbe() {}

  /**
   * Fills an index and weighs it.
   *
   * @param batches of traces, read again and again with other ids
   * @param spans how many to hold open
   * @return bytes for each span
   */
  public static double bytesPerSpan(List<byte[]> batches, int spans) {
    OpenTraces open = new OpenTraces(TracesConfig.defaults());
    BatchSpans columns = new BatchSpans();
    long before = heap();
    long position = 0;
    while (open.spans() < spans) {
      long round = position;
      for (byte[] bytes : batches) {
        columns.read(bytes);
        Batch batch = new Batch(position, 0, bytes);
        for (int i = 0; i < columns.size(); i++) {
          add(open, columns, batch, i, round);
        }
        position += columns.size();
      }
    }
    double perSpan = (double) (heap() - before) / open.spans();
    if (open.size() == 0) {
      throw new IllegalStateException("nothing was held"); // and the index is alive until here
    }
    return perSpan;
  }

  private static void add(OpenTraces open, BatchSpans columns, Batch batch, int i, long round) {
    TraceKey id = columns.trace(i);
    TraceKey key = new TraceKey(id.high() + round, id.low());
    OpenTrace trace = open.get(key);
    if (trace == null) {
      int expected = 1;
      while (i + expected < columns.size() && columns.isOf(i + expected, id)) {
        expected++;
      }
      trace = new OpenTrace(key, 1, Ending.OVER, 0, expected);
      open.put(trace);
    }
    trace.add(batch, columns, i, columns.length(i));
    open.gotSpan(trace);
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
