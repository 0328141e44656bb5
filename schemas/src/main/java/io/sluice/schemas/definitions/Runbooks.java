package io.sluice.schemas.definitions;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an SLO may name as its runbook, which says what to do when it alerts. */
public final class Runbooks {

  /** For who names another one. */
  static final String EXPECTED =
      Slo.RUNBOOK
          + ": expected an address that begins with https:// or http://, or the name of a shipped"
          + " runbook";

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

  /** Whether one is named, and there is nothing to read. */
  static boolean isMissing(Map<String, String> annotations) {
    return annotations.containsKey(Slo.RUNBOOK) && known(annotations) == null;
  }

  /** The one that is named, when there is something to read. */
  static @Nullable String known(Map<String, String> annotations) {
    String runbook = annotations.get(Slo.RUNBOOK);
    boolean isThere =
        runbook != null && (isAddress(runbook) || ShippedDefinitions.runbook(runbook) != null);
    return isThere ? runbook : null;
  }
}
