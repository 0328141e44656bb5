package io.sluice.schemas.trace;

import java.util.SplittableRandom;

/**
 * Spreads ids over hash tables. Producers choose the ids and may choose badly, so the hash is
 * another one in each process: nobody can compute ids that meet in one slot. Nothing of it may be
 * stored or sent.
 */
public final class SeededHash {

  private static final long FIRST;
  private static final long SECOND;

  static {
    SplittableRandom random = new SplittableRandom(); // seeded by the process and its start
    FIRST = random.nextLong();
    SECOND = random.nextLong();
  }

  private SeededHash() {}

  /** Every bit of the result depends on every bit of the input. No two inputs have one result. */
  public static long of(long value) {
    return mix(mix(value ^ FIRST) + SECOND);
  }

  /** The finalizer of MurmurHash3. */
  private static long mix(long value) {
    long mixed = value;
    mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }
}
