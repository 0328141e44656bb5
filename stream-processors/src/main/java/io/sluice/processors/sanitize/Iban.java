package io.sluice.processors.sanitize;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an IBAN is: ISO 13616, with the lengths of its registry. */
final class Iban {

  private static final String LENGTHS =
      """
      AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18
      DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23
      IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27
      MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19
      SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30""";

  private static final int MODULUS = 97;
  private static final int LETTERS = 26;

  private static final Map<String, Integer> LENGTH = new TreeMap<>();
  private static final int[] LENGTH_BY_LETTERS = new int[LETTERS * LETTERS];

  static {
    for (String entry : LENGTHS.split("\\s+", -1)) {
      String country = entry.substring(0, 2);
      int length = Integer.parseInt(entry.substring(2));
      LENGTH.put(country, length);
      LENGTH_BY_LETTERS[index((byte) country.charAt(0), (byte) country.charAt(1))] = length;
    }
  }

  private Iban() {}

  static List<String> countries() {
    return List.copyOf(LENGTH.keySet());
  }

  /** How many characters a country's numbers have; 0 when it has none. */
  static int length(byte first, byte second) {
    return Ascii.isLetter(first) && Ascii.isLetter(second)
        ? LENGTH_BY_LETTERS[index(first, second)]
        : 0;
  }

  private static int index(byte first, byte second) {
    return ((first | 0x20) - 'a') * LETTERS + (second | 0x20) - 'a';
  }

  /** Country, length and check digits; blanks and hyphens count for nothing. */
  static boolean isValid(byte[] buf, int start, int end) {
    if (end - start < 4) {
      return false;
    }
    int characters = 0;
    int account = 0; // what follows country and check digits, which are moved behind it
    int head = 0;
    for (int i = start; i < end; i++) {
      if (Ascii.isAlphanumeric(buf[i])) {
        if (characters < 4) {
          head = append(head, buf[i]);
        } else {
          account = append(account, buf[i]);
        }
        characters++;
      }
    }
    boolean checked = Ascii.isDigit(buf[start + 2]) && Ascii.isDigit(buf[start + 3]);
    // The four characters behind the account have six digits: two for each letter.
    return characters == length(buf[start], buf[start + 1])
        && checked
        && (account * (1_000_000 % MODULUS) + head) % MODULUS == 1;
  }

  private static int append(int remainder, byte b) {
    return Ascii.isDigit(b)
        ? (remainder * 10 + b - '0') % MODULUS
        : (remainder * 100 + (b | 0x20) - 'a' + 10) % MODULUS;
  }
}
