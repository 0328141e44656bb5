package io.sluice.sinks.search;

import io.sluice.schemas.trace.ServiceCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.util.BytesRef;

/** Adds up the calls that the documents of traces have beside them. For one search. */
final class CallTally extends SimpleCollector {

  /** Whatever names senders invent, an answer has no more. */
  private static final int MAX_CALLS = 10_000;

  static final Comparator<ServiceCall> BUSIEST_FIRST =
      Comparator.comparingLong(ServiceCall::count)
          .reversed()
          .thenComparing(ServiceCall::client)
          .thenComparing(ServiceCall::server)
          .thenComparing(ServiceCall::connection);

  private record Key(String client, String server, String connection) {}

  private final Map<Key, ServiceCall> calls = new HashMap<>();
  private BinaryDocValues values = DocValues.emptyBinary();

  static List<ServiceCall> of(IndexSearcher searcher, Query query) throws IOException {
    return searcher.search(
        query,
        new CollectorManager<CallTally, List<ServiceCall>>() {
          @Override
          public CallTally newCollector() {
            return new CallTally();
          }

          @Override
          public List<ServiceCall> reduce(Collection<CallTally> collectors) {
            return collectors.stream()
                .flatMap(tally -> tally.calls.values().stream())
                .sorted(BUSIEST_FIRST)
                .toList();
          }
        });
  }

  @Override
  protected void doSetNextReader(LeafReaderContext context) throws IOException {
    values = DocValues.getBinary(context.reader(), Fields.CALLS);
  }

  @Override
  public void collect(int doc) throws IOException {
    if (values.advanceExact(doc)) {
      for (ServiceCall call : decode(values.binaryValue())) {
        Key key = new Key(call.client(), call.server(), call.connection());
        if (calls.size() < MAX_CALLS || calls.containsKey(key)) {
          calls.merge(key, call, ServiceCall::plus);
        }
      }
    }
  }

  @Override
  public ScoreMode scoreMode() {
    return ScoreMode.COMPLETE_NO_SCORES;
  }

  /** The bytes of a document's calls. */
  static BytesRef encode(List<ServiceCall> calls) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128 * (1 + calls.size()));
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(calls.size());
      for (ServiceCall call : calls) {
        out.writeUTF(call.client());
        out.writeUTF(call.server());
        out.writeUTF(call.connection());
        out.writeLong(call.count());
        out.writeLong(call.failed());
        out.writeLong(call.nanos());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return new BytesRef(bytes.toByteArray());
  }

  private static List<ServiceCall> decode(BytesRef bytes) throws IOException {
    DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes.bytes, bytes.offset, bytes.length));
    int size = in.readInt();
    List<ServiceCall> calls = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      calls.add(
          new ServiceCall(
              in.readUTF(),
              in.readUTF(),
              in.readUTF(),
              in.readLong(),
              in.readLong(),
              in.readLong()));
    }
    return calls;
  }
}
