package io.sluice.processors.sanitize;

import java.util.ArrayList;
import java.util.List;

/**
 * International bank account numbers, in one piece or in the groups of four in which they are
 * printed.
 */
final class IbanDetector implements Detector {

  private static final int ANCHOR = 3;
  private static final int GROUP = 4;

  @Override
  public List<Anchor> anchors() {
    List<Anchor> anchors = new ArrayList<>();
    for (String country : Iban.countries()) {
      for (char digit = '0'; digit <= '9'; digit++) {
        anchors.add(Anchor.exact(country + digit));
      }
    }
    return anchors;
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    int start = anchor - ANCHOR;
    if (start > from
        && Ascii.isAlphanumeric(buf[start - 1])
        && !Ascii.isEscaped(buf, from, start - 1)) {
      return anchor;
    }
    int length = Iban.length(buf[start], buf[start + 1]);
    int characters = 0;
    int i = start;
    byte separator = 0;
    while (i < to && characters < length) {
      if (Ascii.isAlphanumeric(buf[i])) {
        characters++;
        i++;
      } else if (characters % GROUP == 0 && isSeparator(buf[i], separator)) {
        separator = buf[i++];
      } else {
        return anchor;
      }
    }
    boolean alone = i == to || !Ascii.isAlphanumeric(buf[i]);
    if (characters == length && alone && Iban.isValid(buf, start, i)) {
      found.add(start, i);
      return i;
    }
    return anchor;
  }

  private static boolean isSeparator(byte b, byte before) {
    return before == 0 ? b == ' ' || b == '-' : b == before;
  }
}
