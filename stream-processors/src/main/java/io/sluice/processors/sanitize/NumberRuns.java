package io.sluice.processors.sanitize;

/**
 * Finds runs of digits and of what stands between the digits of one number ({@code -}, {@code .},
 * {@code /} and blanks): what cards and numbers of given shapes are looked for in.
 *
 * <p>Text is read in jumps: where no run of the length asked for can end, the bytes before need no
 * look.
 */
final class NumberRuns {

  /** There is no run any more. */
  static final long NONE = -1;

  private NumberRuns() {}

  /**
   * The {@link #start} and {@link #end} of the next run, or {@link #NONE}.
   *
   * @param shortest how long it is at least
   */
  static long next(byte[] buf, int from, int to, int shortest) {
    int start = from;
    while (to - start >= shortest) {
      int i = start + shortest - 1;
      while (i >= start && isPart(buf[i])) {
        i--;
      }
      if (i < start) {
        int end = start + shortest;
        while (end < to && isPart(buf[end])) {
          end++;
        }
        return (long) start << 32 | end;
      }
      start = i + 1;
    }
    return NONE;
  }

  static int start(long run) {
    return (int) (run >>> 32);
  }

  static int end(long run) {
    return (int) run;
  }

  private static boolean isPart(byte b) {
    return (b >= '-' && b <= '9') || b == ' '; // '.' and '/' are between them
  }
}
