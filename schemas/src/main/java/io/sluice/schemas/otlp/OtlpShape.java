package io.sluice.schemas.otlp;

import org.jspecify.annotations.Nullable;

/**
 * What of an OTLP message a rewriting walk must know: its fields that hold text or lead to some. A
 * test compares the table with the published descriptors.
 */
final class OtlpShape {

  enum Kind {
    /** A string. */
    TEXT,
    /** Bytes, in which text may stand. */
    BYTES,
    /** A trace or span id: no text when it has the length of one. */
    ID,
    MESSAGE,
    ANY_VALUE,
    KEY_VALUE,
    /** Numbers packed into one field. */
    PACKED
  }

  /**
   * A field.
   *
   * @param segment its name in paths; null when it adds nothing there
   * @param shape of a MESSAGE
   * @param level of {@link FieldPath} whose groups stand in this field, or {@link FieldPath#NONE}
   */
  record Field(@Nullable String segment, Kind kind, @Nullable OtlpShape shape, int level) {}

  private static final int MAX_FIELD = 16;

  private static final OtlpShape ENTITY_REF =
      new OtlpShape()
          .text(1, "schema_url")
          .text(2, "type")
          .text(3, "id_keys")
          .text(4, "description_keys");
  private static final OtlpShape RESOURCE =
      new OtlpShape().attributes(1, "attributes").message(3, "entity_refs", ENTITY_REF);
  private static final OtlpShape SCOPE =
      new OtlpShape().text(1, "name").text(2, "version").attributes(3, "attributes");

  private static final OtlpShape LOG_RECORD =
      new OtlpShape()
          .text(3, "severity_text")
          .value(5, "body")
          .attributes(6, "attributes")
          .id(9, "trace_id")
          .id(10, "span_id")
          .text(12, "event_name");

  private static final OtlpShape SPAN_EVENT =
      new OtlpShape().text(2, "name").attributes(3, "attributes");
  private static final OtlpShape SPAN_LINK =
      new OtlpShape()
          .id(1, "trace_id")
          .id(2, "span_id")
          .text(3, "trace_state")
          .attributes(4, "attributes");
  private static final OtlpShape SPAN =
      new OtlpShape()
          .id(1, "trace_id")
          .id(2, "span_id")
          .text(3, "trace_state")
          .id(4, "parent_span_id")
          .text(5, "name")
          .attributes(9, "attributes")
          .message(11, "events", SPAN_EVENT)
          .message(13, "links", SPAN_LINK)
          .message(15, "status", new OtlpShape().text(2, "message"));

  private static final OtlpShape EXEMPLAR =
      new OtlpShape().id(4, "span_id").id(5, "trace_id").attributes(7, "filtered_attributes");
  private static final OtlpShape NUMBER_POINT =
      new OtlpShape().message(5, "exemplars", EXEMPLAR).attributes(7, "attributes");
  private static final OtlpShape HISTOGRAM_POINT =
      new OtlpShape()
          .packed(6)
          .packed(7)
          .message(8, "exemplars", EXEMPLAR)
          .attributes(9, "attributes");
  private static final OtlpShape BUCKETS = new OtlpShape().packed(2);
  private static final OtlpShape EXPONENTIAL_POINT =
      new OtlpShape()
          .attributes(1, "attributes")
          .message(8, "positive", BUCKETS)
          .message(9, "negative", BUCKETS)
          .message(11, "exemplars", EXEMPLAR);
  private static final OtlpShape SUMMARY_POINT =
      new OtlpShape().message(6, "quantile_values", new OtlpShape()).attributes(7, "attributes");
  private static final OtlpShape METRIC =
      new OtlpShape()
          .text(1, "name")
          .text(2, "description")
          .text(3, "unit")
          .message(5, "gauge", points(NUMBER_POINT))
          .message(7, "sum", points(NUMBER_POINT))
          .message(9, "histogram", points(HISTOGRAM_POINT))
          .message(10, "exponential_histogram", points(EXPONENTIAL_POINT))
          .message(11, "summary", points(SUMMARY_POINT))
          .attributes(12, "metadata");

  static final OtlpShape LOGS = request("log", LOG_RECORD);
  static final OtlpShape SPANS = request("span", SPAN);
  static final OtlpShape METRICS = request("metric", METRIC);

  private final @Nullable Field[] fields = new @Nullable Field[MAX_FIELD + 1];

  private OtlpShape() {}

  /** The field of this number; null when it is a number or unknown. */
  @Nullable Field field(int number) {
    return number <= MAX_FIELD ? fields[number] : null;
  }

  private static OtlpShape points(OtlpShape point) {
    return new OtlpShape().group(1, "data_points", point, FieldPath.POINT);
  }

  private static OtlpShape request(String name, OtlpShape record) {
    OtlpShape scopeGroup =
        new OtlpShape()
            .message(1, "scope", SCOPE)
            .group(2, name, record, FieldPath.RECORD)
            .text(3, "scope_schema_url");
    OtlpShape resourceGroup =
        new OtlpShape()
            .message(1, "resource", RESOURCE)
            .group(2, null, scopeGroup, FieldPath.SCOPE)
            .text(3, "resource_schema_url");
    return new OtlpShape().group(1, null, resourceGroup, FieldPath.RESOURCE);
  }

  private OtlpShape text(int number, String name) {
    return with(number, new Field(name, Kind.TEXT, null, FieldPath.NONE));
  }

  private OtlpShape id(int number, String name) {
    return with(number, new Field(name, Kind.ID, null, FieldPath.NONE));
  }

  private OtlpShape value(int number, String name) {
    return with(number, new Field(name, Kind.ANY_VALUE, null, FieldPath.NONE));
  }

  private OtlpShape attributes(int number, String name) {
    return with(number, new Field(name, Kind.KEY_VALUE, null, FieldPath.NONE));
  }

  private OtlpShape packed(int number) {
    return with(number, new Field(null, Kind.PACKED, null, FieldPath.NONE));
  }

  private OtlpShape message(int number, @Nullable String name, OtlpShape shape) {
    return group(number, name, shape, FieldPath.NONE);
  }

  private OtlpShape group(int number, @Nullable String name, OtlpShape shape, int level) {
    return with(number, new Field(name, Kind.MESSAGE, shape, level));
  }

  private OtlpShape with(int number, Field field) {
    fields[number] = field;
    return this;
  }
}
