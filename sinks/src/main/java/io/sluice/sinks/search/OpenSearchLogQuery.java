package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/** What people type as a query of OpenSearch's. */
final class OpenSearchLogQuery {

  private static final Map<String, String> FIELDS =
      Map.of(
          "service", "serviceName",
          "trace", "traceId",
          "trace_id", "traceId",
          "span", "spanId",
          "span_id", "spanId");

  private OpenSearchLogQuery() {}

  /**
   * Adds the terms to a boolean query.
   *
   * @throws InvalidQueryException when the text cannot be understood
   */
  static void add(String input, ObjectNode bool) {
    ArrayNode all = bool.withArray("filter");
    ArrayNode none = bool.withArray("must_not");
    for (LogTerm term : LogTerm.parse(input)) {
      (term.not() ? none : all).add(of(term));
    }
  }

  private static ObjectNode of(LogTerm term) {
    ObjectNode query = OpenSearchClient.JSON.createObjectNode();
    if (term.field().equals("severity")) {
      int least = Severities.atLeast(term.text());
      query.putObject("range").putObject("severity.number").put("gte", least).put("lte", 24);
    } else if (!term.field().isEmpty()) {
      field(term, term.prefix() ? "prefix" : "term", query);
    } else if (term.prefix()) {
      query.putObject("prefix").put("body", term.text().toLowerCase(Locale.ROOT));
    } else {
      ObjectNode phrase = query.putObject("match_phrase").putObject("body");
      phrase.put("query", term.text());
      // Without a word in it, it asks for nothing.
      phrase.put("zero_terms_query", term.not() ? "none" : "all");
    }
    return query;
  }

  private static void field(LogTerm term, String kind, ObjectNode query) {
    String known = FIELDS.get(term.field());
    if (known != null) {
      query.putObject(kind).put(known, term.text());
      return;
    }
    String own = AttributeFields.fieldName(term.field());
    ArrayNode any = query.putObject("bool").putArray("should");
    any.addObject().putObject(kind).put(OpenSearchDocuments.LOG_ATTRIBUTES + own, term.text());
    any.addObject().putObject(kind).put(OpenSearchDocuments.RESOURCE_ATTRIBUTES + own, term.text());
    any.addObject().putObject(kind).put("log.overflow." + term.field(), term.text());
    any.addObject().putObject(kind).put("resource.overflow." + term.field(), term.text());
  }
}
