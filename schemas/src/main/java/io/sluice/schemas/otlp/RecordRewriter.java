package io.sluice.schemas.otlp;

import io.sluice.schemas.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Shows an editor every record of an OTLP request (a log record, span or metric) and changes those
 * that it says. When nothing changes the same array comes back, else only those records and the
 * lengths around them are written anew. Reusable; not safe for use by several threads.
 */
public final class RecordRewriter {

  /** Decides about each record. */
  @FunctionalInterface
  public interface Editor {

    /**
     * Takes a look at a record.
     *
     * @param record its message, valid until this returns
     * @return what takes its place, not changed afterwards; null when it stays
     */
    @Nullable Slice edit(ByteRange record);
  }

  /** Numbers of the fields that lead from the request through resource and scope to a record. */
  private static final int[] FIELDS = {1, 2, 2};

  private final Editor editor;
  private final Patches patches = new Patches();
  private final ByteRange record = new ByteRange();
  private final ProtoReader[] readers = new ProtoReader[FIELDS.length];
  private byte[] request = {};

  public RecordRewriter(Editor editor) {
    this.editor = editor;
    for (int level = 0; level < readers.length; level++) {
      readers[level] = new ProtoReader(request, 0, 0);
    }
  }

  /**
   * Walks one request.
   *
   * @return the same array when nothing changed
   * @throws InvalidInputException MALFORMED for what is not protobuf
   */
  public byte[] rewrite(byte[] bytes) {
    request = bytes;
    patches.clear();
    int growth = group(0, 0, bytes.length);
    return patches.isEmpty() ? bytes : patches.applyTo(bytes, bytes.length + growth);
  }

  /** Returns by how many bytes this part of the request grows. */
  private int group(int level, int start, int end) {
    int growth = 0;
    ProtoReader in = readers[level].over(request, start, end);
    while (in.next()) {
      if (in.field() != FIELDS[level] || in.wireType() != ProtoReader.LEN) {
        continue;
      }
      int place = patches.reserve();
      int inside =
          level == FIELDS.length - 1
              ? record(in.start(), in.end())
              : group(level + 1, in.start(), in.end());
      int lengthStart = in.tagStart() + 1; // the tags of these fields take one byte…
      while (request[lengthStart - 1] < 0) {
        lengthStart++; // …unless someone wrote them longer than need be
      }
      int length = in.end() - in.start() + inside;
      growth += inside + patches.mendLength(place, lengthStart, in.start(), length);
    }
    return growth;
  }

  private int record(int start, int end) {
    Slice replacement = editor.edit(record.set(request, start, end));
    return replacement == null ? 0 : patches.replace(start, end, replacement);
  }
}
