package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RuleMode;
import io.sluice.schemas.ledger.LedgerReport;
import io.sluice.schemas.ledger.LedgerWeek;
import io.sluice.schemas.ledger.RedactedPlace;
import io.sluice.schemas.settings.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is redacted where, which services leak most, what is new since yesterday; placeholders. */
final class RedactionApi {

  private static final Set<String> PARAMETERS = Set.of("since", "service", "rule", "limit");

  private final RedactionView view;
  private final TopicViews views;

  RedactionApi(RedactionView view, TopicViews views) {
    this.view = view;
    this.views = views;
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

  /** What the rules that hold write in the place of secrets. */
  Map<String, Object> placeholders(QueryParams query) {
    new Parameters(query, Set.of());
    List<String> placeholders =
        views.redactionRules().rules().stream()
            .filter(rule -> rule.mode() == RuleMode.ENFORCE)
            .map(RedactionRule::placeholder)
            .filter(RedactionApi::isTelling)
            .distinct()
            .sorted()
            .toList();
    return Map.of("placeholders", placeholders);
  }

  /** The {@code ?} of statements stands in texts that had no secret, too. */
  private static boolean isTelling(String placeholder) {
    return placeholder.chars().anyMatch(Character::isLetterOrDigit);
  }
}
