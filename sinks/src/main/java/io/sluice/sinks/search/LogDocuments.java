package io.sluice.sinks.search;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.util.BytesRef;

/** Log entries as Lucene documents, and back. */
final class LogDocuments {

  /** Between key and value where both are stored; in a key it is replaced. */
  private static final char SEPARATOR = '\0';

  private LogDocuments() {}

  static Document of(LogEntry entry) {
    String id = Fields.LOG + entry.id();
    Document document = new Document();
    document.add(new StringField(Fields.KIND, Fields.LOG, Store.NO));
    document.add(new StringField(Fields.ID, id, Store.YES));
    document.add(new SortedDocValuesField(Fields.ID, new BytesRef(id)));
    time(document, entry.timeUnixNano());
    document.add(new StringField(Fields.SERVICE, term(entry.service()), Store.NO));
    document.add(new StoredField(Fields.SERVICE, entry.service()));
    document.add(
        new SortedDocValuesField(Fields.SERVICE_VALUE, new BytesRef(term(entry.service()))));
    document.add(new LongPoint(Fields.SEVERITY, entry.severityNumber()));
    document.add(new NumericDocValuesField(Fields.SEVERITY_VALUE, entry.severityNumber()));
    document.add(new StoredField(Fields.SEVERITY, entry.severityNumber()));
    document.add(new StoredField(Fields.SEVERITY_TEXT, entry.severityText()));
    document.add(new TextField(Fields.BODY, entry.body(), Store.YES));
    document.add(new StringField(Fields.TRACE_ID, entry.traceId(), Store.YES));
    document.add(new StringField(Fields.SPAN_ID, entry.spanId(), Store.YES));
    entry.attributes().forEach((key, value) -> attribute(document, key, value));
    entry
        .attributes()
        .forEach((key, value) -> document.add(new StoredField(Fields.ATTRIBUTE, pair(key, value))));
    entry.resource().forEach((key, value) -> attribute(document, key, value));
    entry
        .resource()
        .forEach((key, value) -> document.add(new StoredField(Fields.RESOURCE, pair(key, value))));
    return document;
  }

  static LogEntry entry(Document document) {
    return new LogEntry(
        text(document, Fields.ID).substring(Fields.LOG.length()),
        number(document, Fields.TIME),
        text(document, Fields.SERVICE),
        (int) number(document, Fields.SEVERITY),
        text(document, Fields.SEVERITY_TEXT),
        text(document, Fields.BODY),
        text(document, Fields.TRACE_ID),
        text(document, Fields.SPAN_ID),
        pairs(document, Fields.ATTRIBUTE),
        pairs(document, Fields.RESOURCE));
  }

  static void time(Document document, long timeUnixNano) {
    document.add(new LongPoint(Fields.TIME, timeUnixNano));
    document.add(new NumericDocValuesField(Fields.TIME, timeUnixNano));
    document.add(new StoredField(Fields.TIME, timeUnixNano));
  }

  static void attribute(Document document, String key, String value) {
    document.add(new StringField(Fields.ATTRIBUTE, term(key + "=" + value), Store.NO));
  }

  /** What Lucene can index as one term; it refuses terms over 32,766 bytes. */
  static String term(String text) {
    if (text.length() * 3 <= Fields.MAX_TERM) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= Fields.MAX_TERM
        ? text
        : new String(bytes, 0, Fields.MAX_TERM, StandardCharsets.UTF_8);
  }

  static String text(Document document, String field) {
    String text = document.get(field);
    return text == null ? "" : text;
  }

  static long number(Document document, String field) {
    IndexableField stored = document.getField(field);
    return stored == null || stored.numericValue() == null ? 0 : stored.numericValue().longValue();
  }

  private static String pair(String key, String value) {
    return key.replace(SEPARATOR, '\ufffd') + SEPARATOR + value;
  }

  private static Map<String, String> pairs(Document document, String field) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : document.getValues(field)) {
      int separator = pair.indexOf(SEPARATOR);
      pairs.put(pair.substring(0, separator), pair.substring(separator + 1));
    }
    return pairs;
  }
}
