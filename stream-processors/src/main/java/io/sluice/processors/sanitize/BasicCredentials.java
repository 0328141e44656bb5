package io.sluice.processors.sanitize;

/** Credentials of the HTTP scheme Basic: the base64 of {@code user:password} (RFC 7617). */
final class BasicCredentials {

  private BasicCredentials() {}

  static boolean decode(byte[] buf, int start, int end) {
    Base64Reader decoded = new Base64Reader(buf, start, end);
    boolean colon = false;
    int b = decoded.next();
    while (b >= ' ') {
      colon |= b == ':';
      b = decoded.next();
    }
    return colon && b == Base64Reader.END;
  }
}
