package io.sluice.processors.traces;

/** How the tables of this package spread ids, which producers choose and may choose badly. */
final class Hashing {

  private Hashing() {}

  /** Every bit of the result depends on every bit of the input (the finalizer of MurmurHash3). */
  static long mix(long value) {
    long mixed = value;
    mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }
}
