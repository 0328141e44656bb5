package io.sluice.sinks.search;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SpanPlace;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.trace.ServiceCall;
import io.sluice.schemas.trace.SpanTree;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.util.BytesRef;

/** Versions of traces as Lucene documents, and back. */
final class TraceDocuments {

  /** Length of a document's id up to the version. */
  private static final int ID_OF_TRACE = Fields.TRACE.length() + 32;

  private static final int VERSION_DIGITS = 10;

  /**
   * A trace that was forgotten has several first versions: the one that saw most says how it went.
   */
  static final Comparator<Trace> IN_ORDER =
      Comparator.comparingInt(Trace::getVersion)
          .thenComparing(Trace::getCompleteness)
          .thenComparing(Trace::getSpanCount, Comparator.reverseOrder());

  private static final AvroSerde<Trace> SERDE = AvroSerde.of(Trace.getClassSchema());

  private TraceDocuments() {}

  /**
   * The same for the same record, however often it comes. Its spans are in it: a trace that was
   * forgotten begins with version 1 again, which must not replace the first.
   */
  static String id(Trace trace) {
    return Fields.TRACE
        + traceId(trace)
        + '-'
        + inOrder(trace.getVersion())
        + '-'
        + HexFormat.of().formatHex(sha256(trace.getOtlp()), 0, 8);
  }

  /** A version in as many digits as every other: ids are in the order of versions. */
  private static String inOrder(int version) {
    String digits = Integer.toString(version);
    return "0".repeat(Math.max(0, VERSION_DIGITS - digits.length())) + digits;
  }

  /** The trace id in the id of one of its documents. */
  static String traceId(BytesRef id) {
    return id.utf8ToString().substring(Fields.TRACE.length(), ID_OF_TRACE);
  }

  private static byte[] sha256(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.duplicate());
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static Document of(Trace trace, String id) {
    Document document = new Document();
    document.add(new StringField(Fields.KIND, Fields.TRACE, Store.NO));
    document.add(new StringField(Fields.ID, id, Store.YES));
    document.add(new SortedDocValuesField(Fields.ID, new BytesRef(id)));
    document.add(new StringField(Fields.TRACE_ID, traceId(trace), Store.YES));
    LogDocuments.time(document, trace.getStartTimeUnixNano());
    document.add(new LongPoint(Fields.DURATION, trace.getDurationNanos()));
    document.add(new StringField(Fields.ERROR, Boolean.toString(trace.getError()), Store.NO));
    for (String service : trace.getServices()) {
      document.add(new StringField(Fields.SERVICE, LogDocuments.term(service), Store.NO));
    }
    SpanTree tree = SpanTree.of(Slice.of(trace.getOtlp().array()));
    TraceTerms terms = TraceTerms.of(tree);
    for (BytesRef operation : terms.operations()) {
      document.add(new StringField(Fields.OPERATION, operation, Store.NO));
    }
    for (BytesRef kind : terms.kinds()) {
      document.add(new StringField(Fields.OPERATION_KIND, kind, Store.NO));
    }
    for (BytesRef attribute : terms.attributes()) {
      document.add(new StringField(Fields.ATTRIBUTE, attribute, Store.NO));
    }
    document.add(new BinaryDocValuesField(Fields.CALLS, CallTally.encode(ServiceCall.of(tree))));
    document.add(new StoredField(Fields.RECORD, SERDE.encode(trace)));
    return document;
  }

  static Trace trace(Document document) {
    BytesRef bytes = document.getBinaryValue(Fields.RECORD);
    if (bytes == null) {
      throw new IllegalStateException("a trace document without its record");
    }
    return SERDE.decode(BytesRef.deepCopyOf(bytes).bytes);
  }

  /**
   * Versions of one trace as one line of a list.
   *
   * @param versionCount how many there are, of which some may be left out
   */
  static TraceSummary summary(List<Trace> versions, int versionCount) {
    List<Trace> sorted = new ArrayList<>(versions);
    sorted.sort(IN_ORDER);
    Trace first = sorted.get(0);
    Set<String> services = new TreeSet<>();
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    int spans = 0;
    boolean error = false;
    String rootService = "";
    String rootOperation = "";
    String errorService = "";
    String errorOperation = "";
    for (Trace version : sorted) {
      services.addAll(version.getServices());
      start = Math.min(start, version.getStartTimeUnixNano());
      end = Math.max(end, version.getStartTimeUnixNano() + version.getDurationNanos());
      spans += version.getSpanCount();
      error |= version.getError();
      if (rootOperation.isEmpty() && version.getRootOperation() != null) {
        rootOperation = version.getRootOperation();
        rootService = version.getRootService() == null ? "" : version.getRootService();
      }
      SpanPlace origin = version.getErrorOrigin();
      if (errorService.isEmpty() && origin != null) {
        errorService = origin.getService();
        errorOperation = origin.getOperation();
      }
    }
    return new TraceSummary(
        traceId(first),
        rootService,
        rootOperation,
        List.copyOf(services),
        start,
        end - start,
        sorted.size() == 1 ? spans : tree(sorted).size(),
        error,
        errorService,
        errorOperation,
        first.getCompleteness().name(),
        first.getCloseReason().name(),
        versionCount);
  }

  /** The tree of all versions: a span that was sent again after its trace was emitted is in two. */
  static SpanTree tree(List<Trace> versions) {
    return SpanTree.of(
        versions.stream().map(version -> Slice.of(version.getOtlp().array())).toList());
  }

  static String traceId(Trace trace) {
    return HexFormat.of().formatHex(trace.getTraceId().bytes());
  }
}
