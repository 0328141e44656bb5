package io.sluice.schemas.definitions;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.Origin;
import io.sluice.schemas.settings.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an SLO may name as its runbook, which says what to do when it alerts. */
public final class Runbooks {

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

  /**
   * The one that is named, when there is something to read. Of a set that was applied before, or by
   * a build that ships others, an SLO holds without it.
   */
  static @Nullable String known(Map<String, String> annotations) {
    String runbook = annotations.get(Slo.RUNBOOK);
    boolean isThere =
        runbook != null && (isAddress(runbook) || ShippedDefinitions.runbook(runbook) != null);
    return isThere ? runbook : null;
  }

  /**
   * For who applies SLOs: what nobody can read shall not come to stand there.
   *
   * @throws ConfigurationException with all of them whose runbook is none
   */
  static void require(Slos slos, DefinitionSet set) {
    String files =
        set.getDocuments().stream()
            .map(DefinitionDocument::getName)
            .distinct()
            .collect(Collectors.joining(", "));
    List<Problem> problems =
        slos.slos().stream()
            .filter(slo -> slo.runbook() == null && slo.annotations().containsKey(Slo.RUNBOOK))
            .map(
                slo ->
                    new Problem(
                        Origin.of(files),
                        slo.id(),
                        Slo.RUNBOOK
                            + ": expected an address that begins with https:// or http://, or the"
                            + " name of a shipped runbook"))
            .toList();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
