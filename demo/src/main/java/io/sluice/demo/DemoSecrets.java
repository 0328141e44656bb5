package io.sluice.demo;

import java.util.List;

/**
 * The secrets that the shop puts into its telemetry on purpose, with every checkout (the sign-in's
 * with every sign-in), so that it can be checked that none of them gets through while the lines
 * around them do. None is real: the card numbers are the ones that card companies publish for
 * tests.
 */
public final class DemoSecrets {

  static final String CARD = "4111 1111 1111 1111";
  static final String CARD_WITH_DASHES = "5555-5555-5555-4444";
  static final String CARD_IN_ATTRIBUTE = "4000056655665556";
  static final String CARD_IN_EVENT = "378282246310005";
  static final String BEARER = "demo-7Qm2Xv9LrT4bN8sK1wZc";
  static final String BEARER_IN_ATTRIBUTE = "demo-Hd63pYtRfE0uJa5VgMx2";
  static final String URL_PASSWORD = "hunter2-k9Zp4";
  static final String ASSIGNED_PASSWORD = "Pa55-stock-77q";
  static final String NESTED_PASSWORD = "correct-horse-88d1";
  static final String SPAN_URL_PASSWORD = "carrier-s3cret-51";

  static final String CHARGING = "charging card";
  static final String CARD_ON_FILE = "card on file accepted";
  static final String CALLING_PAYMENT = "calling payment";
  static final String AUTHENTICATED = "charge request authenticated";
  static final String ORDER_STORE = "order store connected";
  static final String STOCK_POOL = "stock pool validated a connection";
  static final String SIGN_IN = "sign-in";
  static final String GATEWAY_SPAN = "authorize charge";
  static final String CARRIER_SPAN = "book carrier";

  private static final List<Planted> ALL =
      List.of(
          new Planted("card in a log body", CARD, Signal.LOGS, CHARGING),
          new Planted("card with dashes in a log body", CARD_WITH_DASHES, Signal.LOGS, CHARGING),
          new Planted("card in a log attribute", CARD_IN_ATTRIBUTE, Signal.LOGS, CARD_ON_FILE),
          new Planted("card in a span event", CARD_IN_EVENT, Signal.SPANS, GATEWAY_SPAN),
          new Planted("bearer token in a log body", BEARER, Signal.LOGS, CALLING_PAYMENT),
          new Planted(
              "bearer token in a log attribute", BEARER_IN_ATTRIBUTE, Signal.LOGS, AUTHENTICATED),
          new Planted("password in a connection string", URL_PASSWORD, Signal.LOGS, ORDER_STORE),
          new Planted("password assigned in text", ASSIGNED_PASSWORD, Signal.LOGS, STOCK_POOL),
          new Planted("password in a nested log body", NESTED_PASSWORD, Signal.LOGS, SIGN_IN),
          new Planted("password in a span's URL", SPAN_URL_PASSWORD, Signal.SPANS, CARRIER_SPAN));

  private DemoSecrets() {}

  /** What carries a secret. */
  public enum Signal {
    LOGS,
    SPANS
  }

  /**
   * One secret and where to find its surroundings.
   *
   * @param name says what it is and where it is put, for messages
   * @param literal what must not be found anywhere, exactly so
   * @param signal what carries it
   * @param marker what must be found: text of the same log record's body, or the same span's name
   */
  public record Planted(String name, String literal, Signal signal, String marker) {

    /** Without the literal, so that no message carries it by accident. */
    @Override
    public String toString() {
      return name;
    }
  }

  /** All of them. */
  public static List<Planted> all() {
    return ALL;
  }
}
