package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.ledger.LedgerReport;
import io.sluice.schemas.ledger.LedgerWeek;
import io.sluice.schemas.ledger.RedactedPlace;
import io.sluice.schemas.settings.DurationText;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** What is redacted where, which services leak most, and what is new since yesterday. */
final class RedactionApi {

  private static final Set<String> PARAMETERS = Set.of("since", "service", "rule", "limit");

  private final RedactionView view;

  RedactionApi(RedactionView view) {
    this.view = view;
  }

  Map<String, Object> redactions(QueryParams query) {
    Parameters parameters = new Parameters(query, PARAMETERS);
    int limit = parameters.limit(100);
    Duration since = Duration.ofNanos(parameters.duration("since", LedgerReport.NEW.toNanos()));
    if (since.compareTo(LedgerWeek.KEPT) > 0) {
      throw ApiException.badParameter("since", "at most " + DurationText.format(LedgerWeek.KEPT));
    }
    String service = parameters.text("service", "");
    String rule = parameters.text("rule", "");
    view.requireRead();
    return view.report(since, RedactedPlace.matching(service, rule)).json(limit);
  }
}
