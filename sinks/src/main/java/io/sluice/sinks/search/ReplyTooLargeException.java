package io.sluice.sinks.search;

import java.io.IOException;

/** A reply of the cluster was larger than there was room for; it was not kept. */
final class ReplyTooLargeException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long bytes;

  ReplyTooLargeException(long bytes) {
    super("the reply is larger than there is room for: " + bytes + " bytes");
    this.bytes = bytes;
  }

  /** How large it was. */
  long bytes() {
    return bytes;
  }
}
