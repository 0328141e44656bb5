package io.sluice.processors.sanitize;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The part of an IP address that tells the network and not the host: 24 bits of IPv4, 48 of IPv6,
 * the rest zero. The result is an address again and keeps its prefix when it is cut once more.
 */
final class IpPrefix {

  private static final int MAX_LENGTH = 45;
  private static final int GROUPS = 8;
  private static final int KEPT_GROUPS = 3;
  private static final int BAD = -1;

  private IpPrefix() {}

  /** The cut address; null for what is none, also with a port, a zone or a mask. */
  static byte @Nullable [] of(byte[] buf, int start, int end) {
    if (end - start > MAX_LENGTH) {
      return null;
    }
    String text = new String(buf, start, end - start, StandardCharsets.ISO_8859_1);
    String cut = text.indexOf(':') < 0 ? v4(text) : v6(text);
    return cut == null ? null : cut.getBytes(StandardCharsets.US_ASCII);
  }

  private static @Nullable String v4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    for (String part : parts) {
      if (decimal(part) == BAD) {
        return null;
      }
    }
    return parts[0] + "." + parts[1] + "." + parts[2] + ".0";
  }

  private static @Nullable String v6(String text) {
    int lastColon = text.lastIndexOf(':');
    String tail = text.substring(lastColon + 1);
    String mapped = null;
    String groups = text;
    if (tail.indexOf('.') >= 0) {
      mapped = v4(tail);
      if (mapped == null) {
        return null;
      }
      groups = text.substring(0, lastColon + 1) + "0:0";
    }
    int[] address = groups(groups);
    if (address == null) {
      return null;
    }
    if (mapped != null && isMapped(address)) {
      return "::ffff:" + mapped;
    }
    return prefix(address);
  }

  /** Whether an IPv4 address is written as IPv6: its first 48 bits would tell nothing. */
  private static boolean isMapped(int[] address) {
    for (int i = 0; i < 5; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    return address[5] == 0xffff;
  }

  private static String prefix(int[] address) {
    int groups = KEPT_GROUPS;
    while (groups > 0 && address[groups - 1] == 0) {
      groups--;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < groups; i++) {
      text.append(Integer.toHexString(address[i])).append(':');
    }
    return text.append(groups == 0 ? "::" : ":").toString();
  }

  private static int @Nullable [] groups(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      return null;
    }
    String[] head = split(gap < 0 ? text : text.substring(0, gap));
    String[] tail = split(gap < 0 ? "" : text.substring(gap + 2));
    int written = head.length + tail.length;
    if (gap < 0 ? written != GROUPS : written >= GROUPS) {
      return null;
    }
    int[] address = new int[GROUPS];
    for (int i = 0; i < head.length; i++) {
      address[i] = hexadecimal(head[i]);
    }
    for (int i = 0; i < tail.length; i++) {
      address[GROUPS - tail.length + i] = hexadecimal(tail[i]);
    }
    for (int group : address) {
      if (group == BAD) {
        return null;
      }
    }
    return address;
  }

  private static String[] split(String groups) {
    return groups.isEmpty() ? new String[0] : groups.split(":", -1);
  }

  private static int decimal(String digits) {
    boolean plain = digits.matches("0|[1-9][0-9]{0,2}");
    int value = plain ? Integer.parseInt(digits) : BAD;
    return value <= 255 ? value : BAD;
  }

  private static int hexadecimal(String digits) {
    return digits.matches("[0-9A-Fa-f]{1,4}") ? Integer.parseInt(digits, 16) : BAD;
  }
}
