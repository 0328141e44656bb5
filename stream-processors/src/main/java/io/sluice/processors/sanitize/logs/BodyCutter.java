package io.sluice.processors.sanitize.logs;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.otlp.ByteRange;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.RecordRewriter;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts log bodies that are text and too long, on the border of a character. What is left ends with
 * {@link #MARKER}, and the attribute {@link #LENGTH} says how many bytes there were. Runs behind
 * redaction: half of a secret would not be known as one. Reusable; not safe for use by several
 * threads.
 */
public final class BodyCutter {

  /** The end of a body that was cut. */
  public static final String MARKER = " …[cut]";

  /** The attribute with the original length. */
  public static final String LENGTH = "sluice.body.length";

  private static final byte[] MARKER_BYTES = MARKER.getBytes(StandardCharsets.UTF_8);
  private static final byte[] LENGTH_BYTES = LENGTH.getBytes(StandardCharsets.UTF_8);

  private final int maxBytes;
  private final RecordScan scan = new RecordScan();
  private final RecordRewriter rewriter = new RecordRewriter(this::cut);
  private long count;

  /**
   * @param maxBytes longest body with its marker
   */
  public BodyCutter(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Cuts the long bodies of one logs request.
   *
   * @return the same array when there are none
   * @throws InvalidInputException when it is no OTLP
   */
  public byte[] cut(byte[] request) {
    count = 0;
    return request.length <= maxBytes ? request : rewriter.rewrite(request);
  }

  /** How many bodies of the last request were cut. */
  public long count() {
    return count;
  }

  private @Nullable Slice cut(ByteRange record) {
    scan.read(record);
    int length = scan.textEnd() - scan.textStart();
    if (length <= maxBytes) {
      return null;
    }
    count++;
    ProtoWriter out = new ProtoWriter(scan.record().length() - length + maxBytes + 64);
    ProtoReader in = scan.record().reader();
    while (in.next()) {
      if (in.wireType() == ProtoReader.LEN && in.field() == RecordScan.BODY) {
        continue;
      }
      out.raw(in.wholeField());
    }
    int end = border(scan.buf(), scan.textStart(), maxBytes - MARKER_BYTES.length);
    ProtoWriter text = new ProtoWriter(maxBytes);
    text.raw(scan.buf(), scan.textStart(), end);
    text.raw(MARKER_BYTES, 0, MARKER_BYTES.length);
    RecordDraft.body(text.slice(), scan.body(), out);
    int attribute = out.begin(RecordScan.ATTRIBUTE);
    out.bytes(1, Slice.of(LENGTH_BYTES));
    int value = out.begin(2);
    out.varint(3, length);
    out.end(value);
    out.end(attribute);
    return out.slice();
  }

  /** The last border of a character in so many bytes. */
  private static int border(byte[] buf, int start, int length) {
    int end = start + length;
    while (end > start && (buf[end] & 0xc0) == 0x80) {
      end--;
    }
    return end;
  }
}
