package io.sluice.processors.spanmetrics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What input adds to the series of services, whatever derives it, until it is drained: into few
 * records for the services' owners, however many spans came. What was learned about labels is kept.
 */
final class Tallies {

  /** First byte of a record of partials: how to read the rest. */
  static final int VERSION = 1;

  /** A record is cut behind the series that reaches it, so that every broker takes it. */
  private static final int RECORD_BYTES = 900 << 10;

  /** What is remembered from drain to drain; then it is forgotten and begins anew. */
  private static final int MAX_SERIES = 100_000;

  private static final long MAX_KEY_BYTES = 16 << 20;
  private static final int MAX_SERVICES = 10_000;

  /** Empty tallies that wait to be used again. */
  private static final int MAX_SPARE = 10_000;

  /** What was touched of one service, by table. */
  private static final class OfService {
    private final String name;
    private final int number;
    private final List<List<SeriesTable.Known>> touched = new ArrayList<>();
    private boolean isTouched;

    private OfService(String name, int number) {
      this.name = name;
      this.number = number;
    }

    private List<SeriesTable.Known> touched(int table) {
      while (touched.size() <= table) {
        touched.add(new ArrayList<>());
      }
      return touched.get(table);
    }
  }

  private final int maxLabelLength;
  private final List<SeriesTable> tables = new ArrayList<>();
  private final Map<String, OfService> services = new HashMap<>();
  private final List<OfService> touchedServices = new ArrayList<>();
  private final Deque<Tally> spare = new ArrayDeque<>();
  private final ExemplarGate exemplars = new ExemplarGate();
  private final LabelTexts texts = new LabelTexts();
  private final Packer out = new Packer();
  private final Packer group = new Packer();
  private @Nullable OfService current;
  private int touched;
  private long seriesMet;

  /**
   * @param maxLabelLength longest value of a label in characters; longer ones are cut
   */
  Tallies(int maxLabelLength) {
    this.maxLabelLength = maxLabelLength;
  }

  /** Where a derivation finds the series of a metric. Asked for once, before the first input. */
  SeriesTable table(Metric metric) {
    SeriesTable table = new SeriesTable(metric, tables.size(), maxLabelLength, texts, this);
    tables.add(table);
    return table;
  }

  /** Whose series are touched from now on. */
  void service(String name) {
    current = services.computeIfAbsent(name, added -> new OfService(added, services.size()));
  }

  /** Stands for the service in keys. */
  int serviceNumber() {
    return current().number;
  }

  private OfService current() {
    OfService service = current;
    if (service == null) {
      throw new IllegalStateException("nobody said whose series these are");
    }
    return service;
  }

  /** Numbers a series that is met first. */
  long nextSeries() {
    return ++seriesMet;
  }

  /** An empty tally for a series of the current service, to be drained with the others. */
  Tally touch(int table, SeriesTable.Known known) {
    OfService service = current();
    if (!service.isTouched) {
      service.isTouched = true;
      touchedServices.add(service);
    }
    service.touched(table).add(known);
    touched++;
    Tally tally = spare.isEmpty() ? new Tally(exemplars) : spare.pop();
    return tally.begin(tables.get(table).metric().aggregation(), known.number());
  }

  /** Series that have something to be drained. */
  int touched() {
    return touched;
  }

  /** Forgets what was added since the last drain, and that its exemplars had their turn. */
  void discard() {
    drain((service, partials) -> {});
    exemplars.clear();
  }

  /**
   * Gives everything that was added since the last drain, as the values of records for each
   * service's owner: most often one for a service, and several where it is much.
   */
  void drain(BiConsumer<String, byte[]> to) {
    for (OfService service : touchedServices) {
      drain(service, to);
      service.isTouched = false;
    }
    touchedServices.clear();
    touched = 0;
    int series = tables.stream().mapToInt(SeriesTable::size).sum();
    long keyBytes = tables.stream().mapToLong(SeriesTable::keyBytes).sum();
    if (series > MAX_SERIES || keyBytes > MAX_KEY_BYTES || services.size() > MAX_SERVICES) {
      tables.forEach(SeriesTable::clear);
      services.clear();
      current = null;
    }
  }

  private void drain(OfService service, BiConsumer<String, byte[]> to) {
    begin();
    for (int i = 0; i < service.touched.size(); i++) {
      List<SeriesTable.Known> series = service.touched.get(i);
      for (int next = 0; next < series.size(); ) {
        next = pack(tables.get(i).metric(), series, next);
        if (out.size() >= RECORD_BYTES) {
          to.accept(service.name, out.toBytes());
          begin();
        }
      }
      series.clear();
    }
    if (out.size() > 1) { // the version alone says nothing
      to.accept(service.name, out.toBytes());
    }
  }

  private void begin() {
    out.reset().number(VERSION);
    texts.begin();
  }

  /** Packs what the record still takes; gives the first that it does not. */
  private int pack(Metric metric, List<SeriesTable.Known> series, int first) {
    group.reset();
    int next = first;
    while (next < series.size() && out.size() + group.size() < RECORD_BYTES) {
      Tally tally = series.get(next++).drain(texts, group);
      if (spare.size() < MAX_SPARE) {
        spare.push(tally);
      }
    }
    Definition.pack(metric, out);
    out.number(next - first).raw(group.array(), 0, group.size());
    return next;
  }
}
