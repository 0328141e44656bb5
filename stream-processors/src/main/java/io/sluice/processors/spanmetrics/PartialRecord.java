package io.sluice.processors.spanmetrics;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * What one batch adds to the series of one service, read and checked: adding it up cannot fail half
 * way.
 */
final class PartialRecord {

  /** Partials of one metric. */
  record Group(Metric metric, List<Partial> partials) {}

  /** Where in the record one series' labels are, and behind them what is added to it. */
  record Partial(int labelsStart, int labelsEnd) {}

  private final byte[] bytes;
  private final List<Group> groups = new ArrayList<>();

  private PartialRecord(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads what {@link Tallies#drain} wrote.
   *
   * @throws InvalidInputException when the bytes are something else
   */
  static PartialRecord read(byte[] bytes) {
    PartialRecord record = new PartialRecord(bytes);
    Unpacker in = new Unpacker(bytes);
    if (bytes.length == 0 || in.number() != Tallies.VERSION) {
      throw new InvalidInputException(
          Reason.UNSUPPORTED, "partial metrics of a version that this build does not read");
    }
    while (!in.atEnd()) {
      record.groups.add(group(in));
    }
    return record;
  }

  byte[] bytes() {
    return bytes;
  }

  List<Group> groups() {
    return groups;
  }

  private static Group group(Unpacker in) {
    Metric metric = Definition.unpack(in);
    List<Partial> partials = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      int labels = in.length();
      int start = in.skip(labels);
      checkLabels(in, start, metric.labels().size());
      partials.add(new Partial(start, start + labels));
      checkValue(in, metric.aggregation());
    }
    return new Group(metric, partials);
  }

  private static void checkLabels(Unpacker in, int start, int expected) {
    Unpacker values = new Unpacker(in.array(), start, in.position());
    for (int i = 0; i < expected; i++) {
      values.skip(values.length());
    }
    if (!values.atEnd()) {
      throw new InvalidInputException(Reason.INVALID, "a partial with more labels than its metric");
    }
  }

  private static void checkValue(Unpacker in, Aggregation aggregation) {
    in.signed();
    switch (aggregation) {
      case EXPONENTIAL -> MergeableHistogram.check(in);
      case EXPLICIT -> ExplicitBuckets.check(in);
      case LAST -> in.real();
      case SUM -> {
        double value = in.real();
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
          throw new InvalidInputException(Reason.INVALID, "a partial counter that would fall");
        }
      }
    }
    ExemplarSlots.skip(in);
  }
}
