package io.sluice.alerts;

import io.sluice.schemas.definitions.Runbooks;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The addresses in alerts. They begin with the console's, whatever is behind is encoded; a runbook
 * with an address of its own has that.
 */
final class Links {

  private final String console;

  Links(String consoleUrl) {
    console = consoleUrl.replaceFirst("/+$", "");
  }

  void addTo(Map<String, String> annotations, String sloId, String fingerprint, String runbook) {
    annotations.put("dashboard_url", console + "/#/slos/" + encoded(sloId));
    annotations.put("alert_url", console + "/#/alerts/" + encoded(fingerprint));
    annotations.put(
        "runbook_url",
        Runbooks.isAddress(runbook) ? runbook : console + "/#/runbooks/" + encoded(runbook));
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
