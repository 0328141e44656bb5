package io.sluice.processors.traces;

/** How the last record of a trace ended, which says what spans are that come after it. */
enum Ending {
  /** Nothing more was expected: they are late. */
  OVER(0),

  /** The record had become too large: they are a further part. */
  TOO_LARGE(1),

  /** Spans still came, but it was too old or there were too many: they are a further part. */
  STILL_BUSY(2);

  /** Two bits, as stored: never another. */
  final int code;

  Ending(int code) {
    this.code = code;
  }

  static Ending of(int code) {
    return switch (code) {
      case 0 -> OVER;
      case 1 -> TOO_LARGE;
      case 2 -> STILL_BUSY;
      default -> throw new IllegalArgumentException("no ending has code " + code);
    };
  }
}
