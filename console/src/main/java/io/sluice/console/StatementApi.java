package io.sluice.console;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import java.util.Map;
import java.util.Set;

/** Which statements of databases take most time, and which have the slowest calls. */
final class StatementApi {

  private static final Set<String> PARAMETERS = Set.of("service", "system", "limit");

  private final StatementView view;

  StatementApi(StatementView view) {
    this.view = view;
  }

  Map<String, Object> statements(QueryParams query) {
    Parameters parameters = new Parameters(query, PARAMETERS);
    int limit = parameters.limit(100);
    if (!view.isFollowing()) {
      throw new ApiException(
          HttpStatus.SERVICE_UNAVAILABLE,
          "the rankings of statements are still being read from Kafka; if this stays, Kafka does"
              + " not answer, or the topic is missing: run 'sluice topics create'");
    }
    return view.json(parameters.text("service"), parameters.text("system"), limit);
  }
}
