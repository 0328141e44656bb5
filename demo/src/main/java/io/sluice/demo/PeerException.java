package io.sluice.demo;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Another service of the shop did not do what it was asked. */
final class PeerException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String peer;
  private final int status;

  /**
   * @param status what it answered, or what stands for its silence: 504 too late, 503 away
   */
  PeerException(String peer, int status, @Nullable Throwable cause) {
    super(peer + " answered " + status, cause);
    this.peer = peer;
    this.status = status;
  }

  String peer() {
    return peer;
  }

  int status() {
    return status;
  }
}
