package io.sluice.schemas.definitions;

/** What a value that a rule found must also meet to be taken for a secret. */
public enum ValueCheck {
  /** Luhn's check digit over all digits. */
  LUHN,
  /** Country, length and check digits of an IBAN (ISO 7064 mod 97-10). */
  IBAN,
  /** Three parts of which the first two are the base64url of JSON objects. */
  JWT,
  /** The last six characters are the CRC32 of those between prefix and checksum, in base 62. */
  GITHUB_CRC32,
  /** Base64 of {@code user:password} in printable characters. */
  BASE64_BASIC,
  /** Looks made by chance, not by a person: no words, no path, no code, no placeholder. */
  ENTROPY,
  /** Neither a number, a truth value, a word that says there is none, nor a list or map. */
  TEXT,
  /** An e-mail address: no algorithm, no package with its version, no address of a repository. */
  EMAIL,
  /** A telephone number: as many digits as the numbering plans give, not all alike. */
  PHONE,
  /** An IPv4 address of four parts to 255, none with leading zeros; no netmask. */
  IPV4,
  /** An IPv6 address: eight groups, or fewer around one {@code ::}. */
  IPV6,
  /** Belgium, rijksregisternummer: date, mod 97. */
  NATIONAL_ID_BE,
  /** Brazil, CPF: two check digits. */
  NATIONAL_ID_BR,
  /** China, resident identity card: date, ISO 7064 mod 11-2. */
  NATIONAL_ID_CN,
  /** Germany, Steuer-Identifikationsnummer: repeated digits, ISO 7064 mod 11,10. */
  NATIONAL_ID_DE,
  /** Spain, DNI and NIE: check letter by mod 23. */
  NATIONAL_ID_ES,
  /** Finland, henkilötunnus: date, check character by mod 31. */
  NATIONAL_ID_FI,
  /** France, numéro de sécurité sociale: month, mod 97. */
  NATIONAL_ID_FR,
  /** United Kingdom, NHS number: mod 11. */
  NATIONAL_ID_GB,
  /** India, Aadhaar: Verhoeff's check digit. */
  NATIONAL_ID_IN,
  /** Italy, codice fiscale: check letter over all characters. */
  NATIONAL_ID_IT,
  /** Netherlands, burgerservicenummer: the test of eleven. */
  NATIONAL_ID_NL,
  /** Poland, PESEL: date, weighed check digit. */
  NATIONAL_ID_PL,
  /** Sweden, personnummer: date, Luhn. */
  NATIONAL_ID_SE,
  /** United States, Social Security number: areas, groups and numbers that are given out. */
  NATIONAL_ID_US
}
