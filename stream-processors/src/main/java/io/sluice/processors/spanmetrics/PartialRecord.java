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

  /**
   * One series of the record.
   *
   * @param labelsStart where in {@link #labels} the values of its labels begin, each with its
   *     length before it
   * @param labelsEnd one after their last byte
   * @param value where in {@link #bytes} it is what is added to it
   */
  record Partial(int labelsStart, int labelsEnd, int value) {}

  private final byte[] bytes;
  private final Packer labels = new Packer();
  private final List<byte[]> texts = new ArrayList<>();
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
      record.groups.add(record.group(in));
    }
    return record;
  }

  byte[] bytes() {
    return bytes;
  }

  /** What the labels of all series are in. */
  byte[] labels() {
    return labels.array();
  }

  List<Group> groups() {
    return groups;
  }

  private Group group(Unpacker in) {
    Metric metric = Definition.unpack(in);
    List<Partial> partials = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      int start = labels.size();
      for (int i = 0; i < metric.labels().size(); i++) {
        labels.bytes(text(in));
      }
      partials.add(new Partial(start, labels.size(), in.position()));
      checkValue(in, metric.aggregation());
    }
    return new Group(metric, partials);
  }

  /** As {@link LabelTexts#pack} wrote it. */
  private byte[] text(Unpacker in) {
    long number = in.number();
    if (number == 0) {
      texts.add(in.bytes());
      return texts.get(texts.size() - 1);
    }
    if (number < 0 || number > texts.size()) {
      throw new InvalidInputException(Reason.INVALID, "a partial names a text that is not there");
    }
    return texts.get((int) number - 1);
  }

  private static void checkValue(Unpacker in, Aggregation aggregation) {
    in.signed();
    switch (aggregation) {
      case EXPONENTIAL -> MergeableHistogram.check(in);
      case EXPLICIT -> ExplicitBuckets.check(in);
      case RANKED -> StatementCalls.check(in);
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
