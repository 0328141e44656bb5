package io.sluice.sinks.search;

import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Documents of one bulk request, as the bytes that are sent. Can be emptied and filled again. */
final class BulkBody {

  private final JsonBytes lines;
  private final List<DocumentSource> sources = new ArrayList<>();
  private int[] ends = new int[256];

  BulkBody(int capacity) {
    lines = new JsonBytes(capacity);
  }

  /**
   * Adds a document, which replaces the one of the same id.
   *
   * @param content writes it as JSON
   */
  void add(String index, String id, DocumentSource source, Consumer<JsonBytes> content) {
    int start = lines.size();
    try {
      lines.raw("{\"index\":{\"_index\":\"").raw(index).raw("\",\"_id\":").string(id).raw("}}\n");
      content.accept(lines);
      lines.raw('\n');
    } catch (RuntimeException e) {
      lines.truncate(start);
      throw e;
    }
    end(source);
  }

  private void end(DocumentSource source) {
    if (sources.size() == ends.length) {
      ends = Arrays.copyOf(ends, 2 * ends.length);
    }
    ends[sources.size()] = lines.size();
    sources.add(source);
  }

  int documents() {
    return sources.size();
  }

  int bytes() {
    return lines.size();
  }

  /** Bytes that it holds on to, also when it is empty. */
  int capacity() {
    return lines.array().length;
  }

  DocumentSource source(int document) {
    return sources.get(document);
  }

  /** What is sent; not copied. */
  Slice lines() {
    return new Slice(lines.array(), 0, lines.size());
  }

  void clear() {
    lines.truncate(0);
    sources.clear();
  }

  /** A new body of some of the documents. */
  BulkBody only(List<Integer> documents) {
    BulkBody some = new BulkBody(Math.max(256, bytes() / Math.max(1, documents())));
    for (int document : documents) {
      int start = document == 0 ? 0 : ends[document - 1];
      some.lines.raw(lines.array(), start, ends[document]);
      some.end(sources.get(document));
    }
    return some;
  }
}
