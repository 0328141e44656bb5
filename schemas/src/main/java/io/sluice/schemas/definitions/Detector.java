package io.sluice.schemas.definitions;

/** How a redaction rule finds what it protects. */
public enum Detector {
  /**
   * By the name of an attribute, header, map key or JSON key: its whole value is the secret. Names
   * are compared without case and without {@code -}, {@code _} and blanks; {@code *} stands for any
   * characters. A name is compared with the whole key and with what follows each dot in it, so that
   * {@code authorization} is found in {@code http.request.header.authorization}.
   */
  KEYS,
  /**
   * By the names that may pass: every other entry of the fields that the rule names is the secret,
   * whatever it is. Names are written as for {@link #KEYS}.
   */
  ALLOWED_KEYS,
  /**
   * By such a name inside text, with a separator and a value: {@code password=…}, {@code "api_key":
   * "…"}, {@code secret => '…'}. The value is the secret.
   */
  ASSIGNMENT,
  /**
   * Payment card numbers: issuer's prefix and length, Luhn's checksum; blanks or hyphens between.
   */
  CARD,
  /** Credentials of the HTTP schemes Bearer and Basic, after the scheme's name. */
  BEARER,
  /** User and password of a URL: what stands between {@code ://} and {@code @}. */
  URL_USERINFO,
  /** International bank account numbers: country, its length, check digits; blanks between. */
  IBAN,
  /**
   * Numbers in one of some shapes, as {@code 000-00-0000|000000000}: {@code 0} stands for a digit,
   * and no digit or letter may touch. Wants a {@code check} or words in {@code near} where the
   * shape alone says little.
   */
  NUMBER,
  /**
   * By the name of an attribute, compared as for {@link #KEYS}: its value is a database's statement
   * (SQL, Redis, MongoDB, Memcached), whose literals are the secret. {@code db.system.name}, or the
   * older {@code db.system}, in the same list of attributes says how to read it.
   */
  STATEMENT,
  /**
   * Control characters that make a reader see another text than the one that is there: of terminals
   * (also a carriage return inside a line), without width inside words, changing the direction of
   * writing. Tabs and line breaks are none. The action {@code redact} writes them as JSON does, so
   * that nothing is lost.
   */
  CONTROL,
  /**
   * Line breaks, for fields that are one line by nature: those that the rule names. The action
   * {@code redact} writes {@code \n}.
   */
  LINE_BREAK,
  /** A regular expression; its first group is the secret, or the whole match when it has none. */
  PATTERN
}
