package io.sluice.processors.spanmetrics;

import java.nio.charset.StandardCharsets;

/**
 * The texts of labels in the records of a combiner: each is written out once in a record, and
 * stands as its number after that. Input has few texts and many series of them.
 */
final class LabelTexts {

  private static final int MAX_TEXTS = 50_000;

  /** A text that is kept from record to record, so that its number is found without a look-up. */
  static final class Text {
    private final byte[] bytes;
    private long record;
    private int number;

    private Text(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  private ByteTable<Text> texts = new ByteTable<>();
  private long record;
  private int used;

  /** The text, the same object for the same text as long as it is remembered. */
  Text of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Text known = texts.get(bytes, 0, bytes.length);
    if (known == null) {
      if (texts.size() >= MAX_TEXTS) {
        texts = new ByteTable<>(); // one that is kept elsewhere may then be written out twice
      }
      known = new Text(bytes);
      texts.put(bytes, known);
    }
    return known;
  }

  /** Begins a record. */
  void begin() {
    record++;
    used = 0;
  }

  /** Writes a text: 0 and what it is, or the number that it has since. */
  void pack(Text text, Packer out) {
    if (text.record == record) {
      out.number(text.number);
    } else {
      out.number(0).bytes(text.bytes);
      text.record = record;
      text.number = ++used;
    }
  }
}
