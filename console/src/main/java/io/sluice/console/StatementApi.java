package io.sluice.console;

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
    view.requireRead();
    return view.json(parameters.text("service"), parameters.text("system"), limit);
  }
}
