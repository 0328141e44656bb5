package io.sluice.processors.sanitize;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Whether a word that announces phone numbers announces this one, or is about something else that
 * has a number: {@code mobile user 12345678}, {@code phone_order_id=88123456}, {@code serial number
 * 0815-4711123}. Digits without a form of their own need the word right beside them.
 */
final class PhoneWords {

  private static final int OWN_FORM = 9;
  private static final int LONG = 10;
  private static final int SHORT_IN_GROUPS = 8;
  private static final int LONGEST_IN_GROUPS = 11;
  private static final int MAX_WORD = 16;
  private static final int MAX_BLANKS = 4;
  private static final String NUMBER = "number";

  /** What may stand between such a word and the number. */
  private static final Set<String> FILLERS =
      Set.of(
          // which one it is
          "no nr num number numbers nummer numéro numero número line direct ext main primary"
              .concat(" secondary alt alternate other second first home work office business")
              .concat(" private personal daytime evening contact call callback phone phones tel")
              .concat(" telephone mobile cell fax sms whatsapp type kind label value values raw")
              .concat(" formatted normalized national local international e list array some")
              .concat(" optional string str text varchar len u b s d")
              // what is said of it
              .concat(" is was are the a an my your his her our their this that new old invalid")
              .concat(" valid verified unverified confirmed changed updated set unreachable not")
              .concat(" me us at to from for via or and on ist es est")
              .split(" "));

  /** What has numbers of as many digits. */
  private static final Set<String> NUMBERED =
      Set.of(
          "id ids user order session job ticket request event account client customer build version"
              .concat(" invoice message msg batch row record item product sku serial part task")
              .concat(" queue offset tower site device app hours time timestamp ts ms ns bytes")
              .concat(
                  " transaction payment shipment tracking reference ref code pid port model case")
              .concat(" document policy contract lot issue page room seat flight revision sequence")
              .split(" "));

  private PhoneWords() {}

  /** Whether the word here announces the value there. */
  static boolean announce(
      byte[] buf, int from, int to, int wordStart, int wordEnd, int valueStart, int valueEnd) {
    if (isNumberOfOther(buf, from, wordStart, wordEnd)) {
      return false;
    }
    boolean behind = wordStart >= valueEnd;
    int start = behind ? valueEnd : wordEnd;
    int end = behind ? wordStart : valueStart;
    if (hasOwnForm(buf, valueStart, valueEnd)) {
      return true;
    }
    boolean beside = true;
    boolean numbered = false;
    String last = "";
    for (int i = start; i < end; i++) {
      if (buf[i] == '\n') {
        return true; // between a key and its value
      }
      if (buf[i] == '<') {
        i = endOfTag(buf, i, end);
        continue;
      }
      if (!isLetter(buf[i]) || isEscape(buf, start, i)) {
        continue;
      }
      int wordTo = endOfWord(buf, i, end);
      last = word(buf, i, wordTo);
      beside &= FILLERS.contains(last) || isOwner(buf, wordTo, end);
      numbered |= isNumbered(last);
      i = wordTo - 1;
    }
    if (behind) {
      String next = nounBehind(buf, wordEnd, to);
      beside &= next.isEmpty() || FILLERS.contains(next);
      numbered |= isNumbered(next);
    } else if (last.equals("to") || last.equals("from")) {
      return true;
    }
    return beside || (!numbered && isLikely(buf, valueStart, valueEnd));
  }

  /** Whether digits with words between that name no other thing are likely to be a phone's. */
  private static boolean isLikely(byte[] buf, int start, int end) {
    int digits = Digits.count(buf, start, end);
    int groups = groups(buf, start, end);
    return digits >= LONG
        || (groups > 1 && digits >= OWN_FORM)
        || (groups > 2 && digits >= SHORT_IN_GROUPS);
  }

  /** Of {@code serial number}. */
  private static boolean isNumberOfOther(byte[] buf, int from, int start, int end) {
    if (end - start != NUMBER.length() || !Ascii.hasWordAt(buf, start, end, NUMBER)) {
      return false;
    }
    int wordEnd = start;
    int limit = Math.max(from, start - MAX_BLANKS);
    while (wordEnd > limit && isJoint(buf[wordEnd - 1])) {
      wordEnd--;
    }
    int wordStart = wordEnd;
    limit = Math.max(from, wordEnd - MAX_WORD);
    while (wordStart > limit && isLetter(buf[wordStart - 1])) {
      wordStart--;
    }
    return wordStart < wordEnd && isNumbered(word(buf, wordStart, wordEnd));
  }

  /**
   * Whether it looks like a phone number by itself: in groups, with a leading 0 or a bracket or
   * about as long as most; or a 0 before so many digits that no id is filled up with it.
   */
  private static boolean hasOwnForm(byte[] buf, int start, int end) {
    int digits = Digits.count(buf, start, end);
    if (digits < OWN_FORM) {
      return false;
    }
    int groups = groups(buf, start, end);
    boolean national = buf[start] == '0' || buf[start] == '(';
    return groups == 1
        ? national && digits >= LONG && buf[start + 1] != '0'
        : national || (groups > 2 && digits <= LONGEST_IN_GROUPS);
  }

  private static int groups(byte[] buf, int start, int end) {
    int groups = 0;
    for (int i = start; i < end; i++) {
      boolean first = i == start || !Ascii.isDigit(buf[i - 1]);
      groups += first && Ascii.isDigit(buf[i]) ? 1 : 0;
    }
    return groups;
  }

  /**
   * What the word is only said of: {@code mobile users}. Empty when nothing of the kind follows.
   */
  private static String nounBehind(byte[] buf, int at, int to) {
    int start = at;
    int limit = Math.min(to, at + MAX_BLANKS);
    while (start < limit && isJoint(buf[start])) {
      start++;
    }
    if (start == at || start >= to || !isLetter(buf[start])) {
      return "";
    }
    int end = endOfWord(buf, start, Math.min(to, start + MAX_WORD));
    boolean name = end < to && (buf[end] == '=' || buf[end] == ':');
    return name ? "" : word(buf, start, end);
  }

  private static boolean isNumbered(String word) {
    return NUMBERED.contains(word)
        || (word.endsWith("s") && NUMBERED.contains(word.substring(0, word.length() - 1)));
  }

  /** {@code Ann's}. */
  private static boolean isOwner(byte[] buf, int wordEnd, int end) {
    return Ascii.hasWordAt(buf, wordEnd, end, "'s");
  }

  private static int endOfTag(byte[] buf, int open, int end) {
    int i = open;
    while (i < end && buf[i] != '>') {
      i++;
    }
    return i;
  }

  /** The letter of {@code \n} and {@code \t} in JSON. */
  private static boolean isEscape(byte[] buf, int start, int at) {
    return at > start && buf[at - 1] == '\\';
  }

  /** Also where the next one begins with a capital. */
  private static int endOfWord(byte[] buf, int start, int end) {
    int i = start + 1;
    while (i < end && isLetter(buf[i]) && !(Ascii.isUpper(buf[i]) && Ascii.isLower(buf[i - 1]))) {
      i++;
    }
    return i;
  }

  private static String word(byte[] buf, int start, int end) {
    return new String(buf, start, end - start, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
  }

  private static boolean isJoint(byte b) {
    return b == ' ' || b == '_' || b == '-';
  }

  /** Bytes of other alphabets are taken for letters. */
  private static boolean isLetter(byte b) {
    return Ascii.isLetter(b) || b < 0;
  }
}
