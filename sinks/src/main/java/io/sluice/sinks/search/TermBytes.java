package io.sluice.sinks.search;

import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import org.apache.lucene.util.BytesRef;

/** Terms made of bytes that came in. Text is made only where they are not ASCII. */
final class TermBytes {

  private TermBytes() {}

  /** Both with a character between, cut as {@link LogDocuments#term} does. */
  static BytesRef joined(Slice first, char separator, Slice second) {
    if (!isAscii(first) || !isAscii(second)) {
      return new BytesRef(LogDocuments.term(first.utf8() + separator + second.utf8()));
    }
    byte[] term = new byte[Math.min(Fields.MAX_TERM, first.length() + 1 + second.length())];
    int end = Math.min(term.length, first.length());
    System.arraycopy(first.array(), first.start(), term, 0, end);
    if (end < term.length) {
      term[end++] = (byte) separator;
      System.arraycopy(second.array(), second.start(), term, end, term.length - end);
    }
    return new BytesRef(term);
  }

  /** A term and more behind it, whatever the length. */
  static BytesRef followed(BytesRef term, BytesRef more) {
    byte[] bytes = new byte[term.length + more.length];
    System.arraycopy(term.bytes, term.offset, bytes, 0, term.length);
    System.arraycopy(more.bytes, more.offset, bytes, term.length, more.length);
    return new BytesRef(bytes);
  }

  static Slice slice(String text) {
    return Slice.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isAscii(Slice text) {
    byte[] bytes = text.array();
    for (int i = text.start(); i < text.end(); i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
