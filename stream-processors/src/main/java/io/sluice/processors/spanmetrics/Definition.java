package io.sluice.processors.spanmetrics;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * The compact form of a metric, in partials and in state: with it an owner needs no list of metrics
 * to add them up, so that one that is older than the combiner counts what is new to it. Sentences
 * and units are left out where the catalogue has them.
 */
final class Definition {

  private Definition() {}

  static void pack(Metric metric, Packer out) {
    out.text(metric.name()).number(metric.labels().size());
    metric.labels().forEach(label -> out.text(label.name()));
    packRest(metric, out);
  }

  static Metric unpack(Unpacker in) {
    String name = in.text();
    if (name.isEmpty()) {
      throw new InvalidInputException(Reason.INVALID, "a partial metric without a name");
    }
    List<String> labels = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      labels.add(in.text());
    }
    return unpackRest(name, labels, in);
  }

  /** All but the names of metric and labels. */
  static void packRest(Metric metric, Packer out) {
    boolean known = Metrics.find(metric.name()) != null;
    out.number(metric.aggregation().code()).text(metric.counter()).text(metric.owner());
    for (String sentence : List.of(metric.unit(), metric.help(), metric.counterHelp())) {
      out.text(known ? "" : sentence);
    }
    metric.labels().forEach(label -> out.number(code(label.values())));
  }

  static Metric unpackRest(String name, List<String> labelNames, Unpacker in) {
    Aggregation aggregation = aggregation(in.number());
    String counter = in.text();
    String owner = in.text();
    String unit = in.text();
    String help = in.text();
    String counterHelp = in.text();
    List<Label> labels = new ArrayList<>();
    for (String label : labelNames) {
      labels.add(new Label(label, values(in.number())));
    }
    Metric known = Metrics.find(name);
    return new Metric(
        name,
        aggregation,
        known == null ? unit : known.unit(),
        known == null ? help : known.help(),
        counter,
        known == null ? counterHelp : known.counterHelp(),
        owner,
        labels);
  }

  private static Aggregation aggregation(long code) {
    for (Aggregation each : Aggregation.values()) {
      if (each.code() == code) {
        return each;
      }
    }
    throw new InvalidInputException(Reason.INVALID, "a partial metric of an unknown type");
  }

  private static long code(Label.Values values) {
    return switch (values) {
      case CLOSED -> 0;
      case OPEN -> 1;
      case SEGMENTED -> 2;
      case FOLLOWING -> 3;
    };
  }

  /** What is unknown is under the limits. */
  private static Label.Values values(long code) {
    for (Label.Values values : Label.Values.values()) {
      if (code(values) == code) {
        return values;
      }
    }
    return Label.Values.OPEN;
  }
}
