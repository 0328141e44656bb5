package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import java.util.Map;
import java.util.Set;

/** Which metrics and labels ask for most series, and which label to drop. */
final class CardinalityApi {

  private static final Set<String> PARAMETERS = Set.of("service", "limit");

  private final SeriesView view;

  CardinalityApi(SeriesView view) {
    this.view = view;
  }

  Map<String, Object> cardinality(QueryParams query) {
    Parameters parameters = new Parameters(query, PARAMETERS);
    int limit = parameters.limit(100);
    String service = parameters.text("service", "");
    view.requireRead();
    return view.cardinality(service.isEmpty() ? null : service, limit);
  }
}
