package io.sluice.processors.sanitize;

/** Addresses of the Internet Protocol as RFC 4291 and 6943 write them. */
final class IpAddress {

  private static final int GROUPS = 8;

  private IpAddress() {}

  static boolean isVersion4(byte[] buf, int start, int end) {
    int parts = 0;
    int i = start;
    int first = -1;
    while (i < end) {
      int digits = i;
      int value = 0;
      while (i < end && Ascii.isDigit(buf[i]) && i - digits < 4) {
        value = value * 10 + buf[i++] - '0';
      }
      boolean leadingZero = i - digits > 1 && buf[digits] == '0';
      if (i == digits || value > 255 || leadingZero) {
        return false;
      }
      first = first < 0 ? value : first;
      parts++;
      if (i < end && (buf[i++] != '.' || i == end)) {
        return false;
      }
    }
    return parts == 4 && first > 0 && first < 255;
  }

  static boolean isVersion6(byte[] buf, int start, int end) {
    int groups = 0;
    boolean shortened = false;
    int i = start;
    while (i < end) {
      int digits = i;
      while (i < end && Ascii.isHex(buf[i])) {
        i++;
      }
      if (i < end && buf[i] == '.') {
        groups += 2;
        return isVersion4(buf, digits, end) && isWhole(groups, shortened);
      }
      if (i - digits > 4) {
        return false;
      }
      groups += i > digits ? 1 : 0;
      if (i == end) {
        break;
      }
      if (i + 1 < end && buf[i + 1] == ':') {
        if (shortened) {
          return false;
        }
        shortened = true;
        i++;
      } else if (i == digits || i + 1 == end) {
        return false;
      }
      i++;
    }
    return isWhole(groups, shortened) && groups > 1;
  }

  private static boolean isWhole(int groups, boolean shortened) {
    return shortened ? groups < GROUPS : groups == GROUPS;
  }
}
