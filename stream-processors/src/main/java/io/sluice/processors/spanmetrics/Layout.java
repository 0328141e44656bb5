package io.sluice.processors.spanmetrics;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the values in the stores of this stage are laid out: the first number of each says it.
 * Another build may read and write them otherwise, and what is read otherwise than it was written
 * is wrong without anybody seeing it.
 */
final class Layout {

  private static final Logger log = LoggerFactory.getLogger(Layout.class);

  private Layout() {}

  /**
   * Begins to read a value that counts depend on.
   *
   * @param known what this build reads
   * @throws IllegalStateException for another layout
   */
  static Unpacker read(byte[] packed, int known, String store) {
    Unpacker in = new Unpacker(packed);
    long found = in.number();
    if (found != known) {
      String sentence =
          ("the store %s of spanmetrics has layout %d, and this version of Sluice reads layout %d:"
                  + " run the version that wrote it, or stop all instances of the stage, delete its"
                  + " state directories and its changelog topics, and its series begin from zero")
              .formatted(store, found, known);
      log.error(sentence);
      throw new IllegalStateException(sentence);
    }
    return in;
  }
}
