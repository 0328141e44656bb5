package io.sluice.sinks.search;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/**
 * Which ids of documents that may come again a partition has: for certain not, or perhaps.
 * Replacing a document that is not there costs as much as adding it, since its id is looked for in
 * every segment. A Bloom filter (Bloom 1970) of 8 MiB; with the three million traces that a
 * partition of the usual size holds it is wrong about one new id in a thousand. Any number of
 * threads.
 */
final class PutIds {

  private static final int BITS = 1 << 26;
  private static final int PROBES = 4;

  private final AtomicIntegerArray words = new AtomicIntegerArray(BITS / Integer.SIZE);

  /** Those that an index has. */
  static PutIds of(IndexReader reader) throws IOException {
    PutIds ids = new PutIds();
    Terms terms = MultiTerms.getTerms(reader, Fields.ID);
    if (terms != null) {
      TermsEnum each = terms.iterator();
      for (String kind : List.of(Fields.TRACE, Fields.REDACTION)) {
        ids.addAll(each, kind);
      }
    }
    return ids;
  }

  private void addAll(TermsEnum each, String kind) throws IOException {
    if (each.seekCeil(new BytesRef(kind)) == TermsEnum.SeekStatus.END) {
      return;
    }
    BytesRef id = each.term();
    while (id != null && LuceneSearch.startsWith(id, kind)) {
      add(id);
      id = each.next();
    }
  }

  /** Adds one, and returns whether it may have been there before. */
  boolean add(BytesRef id) {
    int hash = StringHelper.murmurhash3_x86_32(id, 0);
    int step = StringHelper.murmurhash3_x86_32(id, hash);
    boolean all = true;
    for (int i = 0; i < PROBES; i++) {
      all &= set((hash + i * step) & (BITS - 1));
    }
    return all;
  }

  /** Returns whether it was set before. */
  private boolean set(int bit) {
    int mask = 1 << bit; // of its word: the shift takes the lowest five bits
    int word = bit / Integer.SIZE;
    return (words.get(word) & mask) != 0
        || (words.getAndAccumulate(word, mask, PutIds::or) & mask) != 0;
  }

  private static int or(int word, int mask) {
    return word | mask;
  }
}
