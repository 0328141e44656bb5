package io.sluice.sinks.search;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Redaction;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.util.BytesRef;

/** Lines of the redaction ledger as Lucene documents, and back. */
final class LedgerDocuments {

  private static final AvroSerde<Redaction> SERDE = AvroSerde.of(Redaction.getClassSchema());

  private LedgerDocuments() {}

  static Document of(Redaction redaction, String id) {
    Document document = document(Fields.REDACTION, id);
    LogDocuments.time(document, redaction.getWindowStartUnixNano());
    document.add(
        new StringField(
            Fields.SERVICE_OF_LINE, LogDocuments.term(redaction.getService()), Store.NO));
    document.add(new StringField(Fields.RULE, LogDocuments.term(redaction.getRuleId()), Store.NO));
    document.add(new StoredField(Fields.RECORD, SERDE.encode(redaction)));
    return document;
  }

  static Redaction redaction(Document document) {
    BytesRef bytes = document.getBinaryValue(Fields.RECORD);
    if (bytes == null) {
      throw new IllegalStateException("a line of the ledger without its record");
    }
    return SERDE.decode(BytesRef.deepCopyOf(bytes).bytes);
  }

  private static Document document(String kind, String id) {
    Document document = new Document();
    document.add(new StringField(Fields.KIND, kind, Store.NO));
    document.add(new StringField(Fields.ID, id, Store.NO));
    document.add(new SortedDocValuesField(Fields.ID, new BytesRef(id)));
    return document;
  }
}
