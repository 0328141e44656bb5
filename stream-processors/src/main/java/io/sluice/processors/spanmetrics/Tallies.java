package io.sluice.processors.spanmetrics;

import java.util.ArrayList;
import java.util.List;

/**
 * What one batch adds to the series of one service, whatever derives it. Kept from batch to batch
 * for what it remembers about labels.
 */
final class Tallies {

  /** First byte of a record of partials: how to read the rest. */
  static final int VERSION = 1;

  /** A record is cut behind the series that reaches it, so that every broker takes it. */
  private static final int RECORD_BYTES = 900 << 10;

  private final int maxLabelLength;
  private final List<SeriesTable> tables = new ArrayList<>();
  private final LabelTexts texts = new LabelTexts();
  private final Packer out = new Packer();
  private final Packer group = new Packer();

  /**
   * @param maxLabelLength longest value of a label in characters; longer ones are cut
   */
  Tallies(int maxLabelLength) {
    this.maxLabelLength = maxLabelLength;
  }

  /** Where a derivation finds the series of a metric. Asked for once, before the first batch. */
  SeriesTable table(Metric metric) {
    SeriesTable table = new SeriesTable(metric, maxLabelLength, texts);
    tables.add(table);
    return table;
  }

  /** Forgets what was added since the last drain, for a batch that turned out to be malformed. */
  void discard() {
    drain();
  }

  /**
   * Everything that was added since the last drain, as the values of records for the service's
   * owner: most often one, none when nothing was added, and several where it is much.
   */
  List<byte[]> drain() {
    List<byte[]> records = new ArrayList<>(1);
    begin();
    for (SeriesTable table : tables) {
      List<Tally> touched = table.touched();
      for (int next = 0; next < touched.size(); ) {
        next = pack(table.metric(), touched, next);
        if (out.size() >= RECORD_BYTES) {
          records.add(out.toBytes());
          begin();
        }
      }
      table.drained();
    }
    if (out.size() > 1) { // the version alone says nothing
      records.add(out.toBytes());
    }
    return records;
  }

  private void begin() {
    out.reset().number(VERSION);
    texts.begin();
  }

  /** Packs what the record still takes; gives the first that it does not. */
  private int pack(Metric metric, List<Tally> touched, int first) {
    group.reset();
    int next = first;
    while (next < touched.size() && out.size() + group.size() < RECORD_BYTES) {
      touched.get(next++).drain(texts, group);
    }
    Definition.pack(metric, out);
    out.number(next - first).raw(group.array(), 0, group.size());
    return next;
  }
}
