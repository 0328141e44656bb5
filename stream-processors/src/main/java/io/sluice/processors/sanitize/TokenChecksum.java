package io.sluice.processors.sanitize;

import java.util.zip.CRC32;

/**
 * The checksum of GitHub's tokens, which npm's have too: the last six characters are the CRC32 of
 * those between the prefix ({@code ghp_}) and them, in base 62 with zeros in front.
 */
final class TokenChecksum {

  private static final int LENGTH = 6;
  private static final int BASE = 62;

  private TokenChecksum() {}

  static boolean isValid(byte[] buf, int start, int end) {
    int secret = end;
    while (secret > start && buf[secret - 1] != '_') {
      secret--;
    }
    int checksum = end - LENGTH;
    if (checksum <= secret || secret == start) {
      return false;
    }
    CRC32 crc = new CRC32();
    crc.update(buf, secret, checksum - secret);
    long expected = 0;
    for (int i = checksum; i < end; i++) {
      int digit = digit(buf[i]);
      if (digit < 0) {
        return false;
      }
      expected = expected * BASE + digit;
    }
    return crc.getValue() == expected;
  }

  private static int digit(byte b) {
    if (Ascii.isDigit(b)) {
      return b - '0';
    }
    if (Ascii.isUpper(b)) {
      return b - 'A' + 10;
    }
    return Ascii.isLower(b) ? b - 'a' + 36 : -1;
  }
}
