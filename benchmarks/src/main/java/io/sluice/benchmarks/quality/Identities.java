package io.sluice.benchmarks.quality;

import java.util.List;

/** Numbers with check digits. */
final class Identities {

  /** Germany, United Kingdom, Netherlands, Spain, France, Norway: what comes before the account. */
  private static final List<String> COUNTRIES =
      List.of("DE18", "GBA14", "NLA10", "ES20", "FR23", "NO11");

  private static final int[][] VERHOEFF = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
    {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
    {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
    {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
    {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
  };
  private static final int[][] TURNS = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
    {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
    {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
    {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}
  };

  private Identities() {}

  static String card(Dice dice) {
    return switch (dice.below(4)) {
      case 0 -> luhn(dice.one(List.of("34", "37")) + dice.digits(12));
      case 1 -> luhn("36" + dice.digits(11));
      default -> card16(dice);
    };
  }

  static String card16(Dice dice) {
    String prefix = dice.one(List.of("4", "51", "55", "2223", "6011", "3530", "65", "62"));
    return luhn(prefix + dice.digits(15 - prefix.length()));
  }

  static String luhn(String body) {
    int sum = 0;
    for (int i = 0; i < body.length(); i++) {
      int digit = body.charAt(body.length() - 1 - i) - '0';
      int doubled = i % 2 == 0 ? digit * 2 : digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return body + (10 - sum % 10) % 10;
  }

  static String grouped(String text, int size, String separator) {
    StringBuilder grouped = new StringBuilder();
    for (int i = 0; i < text.length(); i += size) {
      grouped.append(i == 0 ? "" : separator).append(text, i, Math.min(text.length(), i + size));
    }
    return grouped.toString();
  }

  static String iban(Dice dice) {
    String form = dice.one(COUNTRIES);
    String country = form.substring(0, 2);
    boolean bank = form.charAt(2) == 'A';
    int digits = Integer.parseInt(form.substring(bank ? 3 : 2));
    String account = (bank ? dice.text(Dice.UPPER, 4) : "") + dice.digits(digits);
    int check = 98 - People.mod97(numbers(account + country + "00"));
    return country + (check < 10 ? "0" : "") + check + account;
  }

  private static String numbers(String text) {
    StringBuilder numbers = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      numbers.append(Character.digit(text.charAt(i), 36));
    }
    return numbers.toString();
  }

  static String ssn(Dice dice) {
    return dice.between(100, 665) + "-" + dice.between(10, 99) + "-" + dice.between(1000, 9999);
  }

  static String nhs(Dice dice) {
    String body = dice.between(4, 7) + dice.digits(8);
    int check = (11 - People.sum(body, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11) % 11;
    String number = body + check;
    return check == 10
        ? nhs(dice)
        : number.substring(0, 3) + " " + number.substring(3, 6) + " " + number.substring(6);
  }

  static String bsn(Dice dice) {
    String body = dice.between(1, 9) + dice.digits(7);
    int check = People.sum(body, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return check == 10 ? bsn(dice) : body + check;
  }

  static String dni(Dice dice) {
    String body = dice.digits(8);
    return body + "TRWAGMYFPDXBNJZSQVHLCKE".charAt(Integer.parseInt(body) % 23);
  }

  static String cpf(Dice dice) {
    String body = dice.digits(9);
    body += People.sum(body, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
    body += People.sum(body, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
    return body.substring(0, 3)
        + "."
        + body.substring(3, 6)
        + "."
        + body.substring(6, 9)
        + "-"
        + body.substring(9);
  }

  static String pesel(Dice dice) {
    String body =
        dice.between(50, 99) + "0" + dice.between(1, 9) + dice.between(10, 28) + dice.digits(4);
    return body + (10 - People.sum(body, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3) % 10) % 10;
  }

  static String nir(Dice dice) {
    String body =
        dice.between(1, 2)
            + dice.digits(2)
            + "0"
            + dice.between(1, 9)
            + dice.between(10, 95)
            + dice.digits(6);
    int key = 97 - People.mod97(body);
    return body + (key < 10 ? "0" : "") + key;
  }

  /** One digit twice, one not at all, the others once. */
  static String steuerId(Dice dice) {
    StringBuilder left = new StringBuilder(Dice.DIGITS);
    StringBuilder body = new StringBuilder();
    left.deleteCharAt(dice.below(10));
    left.append(left.charAt(dice.below(9)));
    while (left.length() > 0) {
      int at = dice.below(left.length());
      body.append(left.charAt(at));
      left.deleteCharAt(at);
    }
    if (body.charAt(0) == '0') {
      return steuerId(dice);
    }
    int product = 10;
    for (int i = 0; i < 10; i++) {
      int sum = (body.charAt(i) - '0' + product) % 10;
      product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return body.append((11 - product) % 10).toString();
  }

  static String aadhaar(Dice dice) {
    String body = dice.between(2, 9) + dice.digits(10);
    int check = 0;
    for (int i = 0; i < body.length(); i++) {
      int digit = body.charAt(body.length() - 1 - i) - '0';
      check = VERHOEFF[check][TURNS[(i + 1) % 8][digit]];
    }
    int inverse = 0;
    while (VERHOEFF[check][inverse] != 0) {
      inverse++;
    }
    return grouped(body + inverse, 4, " ");
  }
}
