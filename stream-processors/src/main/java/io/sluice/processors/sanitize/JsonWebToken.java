package io.sluice.processors.sanitize;

/**
 * Whether a token is one of RFC 7515 (signed) or 7516 (encrypted): its first part is the base64url
 * of a JSON object that names an algorithm. What follows may be cut off or encrypted.
 */
final class JsonWebToken {

  private static final String ALGORITHM = "\"alg\"";

  private JsonWebToken() {}

  static boolean decodes(byte[] buf, int start, int end) {
    int dot = start;
    while (dot < end && buf[dot] != '.') {
      dot++;
    }
    if (dot == end) {
      return false;
    }
    Base64Reader header = new Base64Reader(buf, start, dot);
    int matched = 0;
    boolean named = false;
    int last = 0;
    int b = header.next();
    boolean object = b == '{';
    while (b >= '\t') {
      last = b > ' ' ? b : last;
      if (b == ALGORITHM.charAt(matched)) {
        matched++;
      } else {
        matched = b == '"' ? 1 : 0;
      }
      if (matched == ALGORITHM.length()) {
        named = true;
        matched = 0;
      }
      b = header.next();
    }
    return object && named && last == '}' && b == Base64Reader.END;
  }
}
