package io.sluice.processors.sanitize;

import io.sluice.schemas.definitions.ValueCheck;

/** What a value must meet to be taken for a secret. Takes time in proportion to the value. */
@FunctionalInterface
interface Check {

  boolean accepts(byte[] buf, int start, int end);

  /** The check of this name. */
  static Check of(ValueCheck name) {
    return switch (name) {
      case LUHN -> Luhn::hasCheckDigit;
      case IBAN -> Iban::isValid;
      case JWT -> JsonWebToken::decodes;
      case GITHUB_CRC32 -> TokenChecksum::isValid;
      case BASE64_BASIC -> BasicCredentials::decode;
      case ENTROPY -> Entropy::looksRandom;
      case TEXT -> NoSecret::isOther;
      case EMAIL -> EmailAddress::isValid;
      case PHONE -> PhoneNumber::isValid;
      case IPV4 -> IpAddress::isVersion4;
      case IPV6 -> IpAddress::isVersion6;
      case NATIONAL_ID_BE -> DigitIds::isBelgian;
      case NATIONAL_ID_BR -> DigitIds::isBrazilian;
      case NATIONAL_ID_CN -> LetterIds::isChinese;
      case NATIONAL_ID_DE -> DigitIds::isGerman;
      case NATIONAL_ID_ES -> LetterIds::isSpanish;
      case NATIONAL_ID_FI -> LetterIds::isFinnish;
      case NATIONAL_ID_FR -> LetterIds::isFrench;
      case NATIONAL_ID_GB -> DigitIds::isBritish;
      case NATIONAL_ID_IN -> DigitIds::isIndian;
      case NATIONAL_ID_IT -> LetterIds::isItalian;
      case NATIONAL_ID_NL -> DigitIds::isDutch;
      case NATIONAL_ID_PL -> DigitIds::isPolish;
      case NATIONAL_ID_SE -> DigitIds::isSwedish;
      case NATIONAL_ID_US -> DigitIds::isAmerican;
    };
  }
}
