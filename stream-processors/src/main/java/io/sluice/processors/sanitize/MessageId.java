package io.sluice.processors.sanitize;

import java.util.List;

/**
 * What has the form of an e-mail address and names no mailbox: ids of mails and calls behind their
 * headers ({@code message-id=<4F2A@mail.shop.example>}), and services of Kerberos with their
 * machine ({@code hdfs/node1.shop.example@SHOP.EXAMPLE}).
 */
final class MessageId {

  private static final int MAX_BLANKS = 4;
  private static final int MAX_SERVICE = 64;
  private static final List<String> OF_MAIL =
      List.of("message-id", "in-reply-to", "references", "content-id");
  private static final String OF_CALL = "call-id";

  private MessageId() {}

  static boolean isOne(byte[] buf, int from, int start, int end) {
    return isBehindHeader(buf, from, start) || isPrincipal(buf, from, start, end);
  }

  private static boolean isBehindHeader(byte[] buf, int from, int start) {
    boolean bracket = start > from && buf[start - 1] == '<';
    int i = Ascii.skipBlanksBefore(buf, from, bracket ? start - 1 : start, MAX_BLANKS);
    if (i <= from || (buf[i - 1] != ':' && buf[i - 1] != '=')) {
      return false;
    }
    int nameEnd = Ascii.skipBlanksBefore(buf, from, i - 1, MAX_BLANKS);
    if (endsWith(buf, from, nameEnd, OF_CALL)) {
      return true;
    }
    for (int name = 0; bracket && name < OF_MAIL.size(); name++) {
      if (endsWith(buf, from, nameEnd, OF_MAIL.get(name))) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsWith(byte[] buf, int from, int end, String name) {
    int at = end - name.length();
    return Ascii.endsWith(buf, from, end, name) && (at == from || !Ascii.isLetter(buf[at - 1]));
  }

  /** A machine behind the one word of a service, in the domain that the realm has in capitals. */
  private static boolean isPrincipal(byte[] buf, int from, int start, int end) {
    if (start - 1 <= from || buf[start - 1] != '/') {
      return false;
    }
    int serviceEnd = start - 1;
    int limit = Math.max(from, serviceEnd - MAX_SERVICE);
    int service = AssignmentDetector.startOfWord(buf, limit, serviceEnd);
    if (service == serviceEnd || (service > from && buf[service - 1] == '/')) {
      return false;
    }
    int at = start;
    while (at < end && buf[at] != '@') {
      at++;
    }
    int realm = end - at - 1;
    int domain = at - realm;
    if (realm <= 0 || domain <= start || buf[domain - 1] != '.') {
      return false;
    }
    for (int i = 0; i < realm; i++) {
      byte capital = buf[at + 1 + i];
      if (Ascii.isLower(capital) || Ascii.lower(capital) != buf[domain + i]) {
        return false;
      }
    }
    return true;
  }
}
