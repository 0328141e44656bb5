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

  private final int maxLabelLength;
  private final List<SeriesTable> tables = new ArrayList<>();
  private final LabelTexts texts = new LabelTexts();
  private final Packer out = new Packer();

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
   * Everything that was added since the last drain, as the value of one record for the service's
   * owner; empty when nothing was.
   */
  byte[] drain() {
    out.reset().number(VERSION);
    texts.begin();
    int used = 0;
    for (SeriesTable table : tables) {
      if (table.touched() > 0) {
        used++;
        pack(table);
      }
    }
    return used == 0 ? new byte[0] : out.toBytes();
  }

  private void pack(SeriesTable table) {
    Definition.pack(table.metric(), out);
    out.number(table.touched());
    table.drain(out);
  }
}
