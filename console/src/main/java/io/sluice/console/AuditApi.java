package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.AuditRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Who changed what, through the console or by a command. */
final class AuditApi {

  private final TopicViews views;

  AuditApi(TopicViews views) {
    this.views = views;
  }

  Object records(QueryParams query) {
    int limit = new Parameters(query, Set.of("limit")).limit(100);
    List<Map<String, Object>> records = new ArrayList<>();
    for (AuditRecord record : views.audit(limit)) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("time", Json.time(record.getTimeUnixNano()));
      json.put("user", record.getUser());
      json.put("origin", record.getOrigin());
      json.put("action", record.getAction());
      json.put("target", record.getTarget());
      json.put("outcome", record.getOutcome().name().toLowerCase(Locale.ROOT));
      json.put("detail", record.getDetail());
      records.add(json);
    }
    return Map.of("records", records);
  }
}
