package io.sluice.processors.spanmetrics;

import io.sluice.schemas.SeriesType;
import java.util.ArrayList;
import java.util.List;

/**
 * A metric: what all its series have in common.
 *
 * @param name Prometheus name, with unit and {@code _total} where they belong
 * @param aggregation how its points add up
 * @param unit UCUM, {@code 1} for what has none
 * @param help one sentence
 * @param counter name of a counter that the count of a histogram also comes out as; empty for none
 * @param counterHelp its sentence
 * @param owner the label that every series has before those named here: the service that owns it
 */
record Metric(
    String name,
    Aggregation aggregation,
    String unit,
    String help,
    String counter,
    String counterHelp,
    String owner,
    List<Label> labels) {

  /** What the owner's label is called most often. */
  static final String SERVICE = "service";

  /** What Prometheus' text makes of a histogram's name, besides the name itself. */
  static final List<String> HISTOGRAM_SUFFIXES = List.of("_bucket", "_count", "_sum");

  Metric {
    labels = List.copyOf(labels);
  }

  static Metric counter(String name, String unit, String help, Label... labels) {
    return new Metric(name, Aggregation.SUM, unit, help, "", "", SERVICE, List.of(labels));
  }

  static Metric gauge(String name, String unit, String help, Label... labels) {
    return new Metric(name, Aggregation.LAST, unit, help, "", "", SERVICE, List.of(labels));
  }

  static Metric histogram(String name, String unit, String help, Label... labels) {
    return new Metric(name, Aggregation.EXPONENTIAL, unit, help, "", "", SERVICE, List.of(labels));
  }

  static Metric ranked(String name, String help, Label... labels) {
    return new Metric(name, Aggregation.RANKED, "1", help, "", "", SERVICE, List.of(labels));
  }

  SeriesType type() {
    return aggregation.type();
  }

  /** The names under which its series come out. */
  List<String> names() {
    List<String> names = new ArrayList<>(List.of(name));
    if (type() == SeriesType.HISTOGRAM) {
      HISTOGRAM_SUFFIXES.forEach(suffix -> names.add(name + suffix));
    }
    return names;
  }

  /** The same histogram, its count also shown as a counter. */
  Metric countedAs(String counterName, String sentence) {
    return new Metric(name, aggregation, unit, help, counterName, sentence, owner, labels);
  }

  /** The same metric with another name for the label that tells the owner. */
  Metric ownedBy(String label) {
    return new Metric(name, aggregation, unit, help, counter, counterHelp, label, labels);
  }

  /** The same metric with another name. */
  Metric named(String other) {
    return new Metric(other, aggregation, unit, help, counter, counterHelp, owner, labels);
  }

  /** The same metric, of whose labels no segments are learned. */
  Metric unlearned() {
    List<Label> open =
        labels.stream().map(label -> label.limited() ? Label.open(label.name()) : label).toList();
    return new Metric(name, aggregation, unit, help, counter, counterHelp, owner, open);
  }

  /** The same metric with more labels. */
  Metric with(List<Label> more) {
    List<Label> all = new ArrayList<>(labels);
    all.addAll(more);
    return new Metric(name, aggregation, unit, help, counter, counterHelp, owner, all);
  }
}
