package io.sluice.processors.spanmetrics;

import io.sluice.schemas.otlp.AttributeKeys;
import io.sluice.schemas.otlp.SpanReader;

/**
 * Calls of databases: duration, failures and rows, by what was called and by the shape of the
 * statement, whose text is in a series of its own, as are the calls to be ranked.
 */
final class DatabaseDerivation implements SpanDerivation {

  private static final byte[] NONE = {};

  private final int system;
  private final int namespace;
  private final int operation;
  private final int collection;
  private final int statement;
  private final int rows;
  private final SeriesTable duration;
  private final SeriesTable returnedRows;
  private final SeriesTable statements;
  private final LabelForm digest;
  private final LabelForm text;

  DatabaseDerivation(AttributeKeys keys, Tallies tallies) {
    system = keys.slot("db.system.name", "db.system");
    namespace = keys.slot("db.namespace", "db.name");
    operation = keys.slot("db.operation.name", "db.operation");
    collection = keys.slot("db.collection.name", "db.sql.table", "db.mongodb.collection");
    statement = keys.slot("db.query.text", "db.statement");
    rows = keys.slot("db.response.returned_rows");
    duration = tallies.table(Metrics.DATABASE_DURATION);
    returnedRows = tallies.table(Metrics.DATABASE_ROWS);
    statements = tallies.table(Metrics.DATABASE_STATEMENT);
    StatementShape shape = new StatementShape();
    digest = shape::digest;
    text = shape::text;
  }

  @Override
  public void add(MeasuredSpan span) {
    SpanReader fields = span.fields();
    if (!fields.has(system) || SpanLabels.isServer(span)) {
      return;
    }
    called(duration, fields);
    statements.begin().label(fields, system);
    if (fields.isText(statement)) {
      duration.label(digest, fields.text(system), StatementShape.BETWEEN, fields.text(statement));
      statements.label(digest, fields.text(system), StatementShape.BETWEEN, fields.text(statement));
      statements.label(text, fields.text(system), StatementShape.BETWEEN, fields.text(statement));
    } else {
      duration.label(NONE);
      statements.label(NONE).label(NONE);
    }
    statements.tally().call(span);
    span.recordDuration(duration.label(SpanLabels.status(span)).tally());
    if (fields.isNumber(rows) && span.isPossible(fields.number(rows))) {
      span.record(called(returnedRows, fields).tally(), fields.number(rows));
    }
  }

  private SeriesTable called(SeriesTable table, SpanReader fields) {
    return table
        .begin()
        .label(fields, system)
        .label(fields, namespace)
        .label(fields, operation)
        .label(fields, collection);
  }
}
