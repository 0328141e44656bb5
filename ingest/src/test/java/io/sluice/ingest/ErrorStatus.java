package io.sluice.ingest;

import io.sluice.schemas.otlp.ProtoReader;

/**
 * What a {@code google.rpc.Status} says.
 *
 * @param retrySeconds of its {@code RetryInfo}; -1 without one
 */
record ErrorStatus(int code, String message, long retrySeconds) {

  static ErrorStatus parse(byte[] bytes) {
    int code = 0;
    String message = "";
    long retrySeconds = -1;
    ProtoReader in = new ProtoReader(bytes, 0, bytes.length);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> code = (int) in.varint();
        case 2 -> message = in.utf8();
        case 3 -> retrySeconds = retrySeconds(in.message());
        default -> throw new AssertionError("a Status has no field " + in.field());
      }
    }
    return new ErrorStatus(code, message, retrySeconds);
  }

  private static long retrySeconds(ProtoReader any) {
    long seconds = -1;
    String type = "";
    while (any.next()) {
      if (any.field() == 1) {
        type = any.utf8();
      } else {
        ProtoReader delay = field(any.message(), 1).message();
        seconds = field(delay, 1).varint();
      }
    }
    return type.equals("type.googleapis.com/google.rpc.RetryInfo") ? seconds : -1;
  }

  private static ProtoReader field(ProtoReader in, int number) {
    while (in.next()) {
      if (in.field() == number) {
        return in;
      }
    }
    throw new AssertionError("no field " + number);
  }
}
