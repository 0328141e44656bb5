package io.sluice.schemas.definitions;

import java.net.URI;
import java.net.URISyntaxException;

/** What an SLO may name as its runbook, which says what to do when it alerts. */
public final class Runbooks {

  /** For who names something else. */
  static final String EXPECTED =
      "expected an address that begins with https:// or http://, or the name of a shipped runbook";

  private Runbooks() {}

  /** Whether it is an address, which leads anywhere, and not the name of a shipped one. */
  public static boolean isAddress(String runbook) {
    try {
      URI uri = new URI(runbook);
      boolean isWeb = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      return isWeb && uri.getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Whether there is something to read. */
  static boolean isKnown(String runbook) {
    return isAddress(runbook) || ShippedDefinitions.runbook(runbook) != null;
  }
}
