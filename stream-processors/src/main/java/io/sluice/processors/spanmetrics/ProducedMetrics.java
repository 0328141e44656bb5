package io.sluice.processors.spanmetrics;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.ExemplarView;
import io.sluice.schemas.otlp.MetricPointView;
import io.sluice.schemas.otlp.MetricView;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.ScopeView;
import io.sluice.schemas.otlp.Slice;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.datasketches.hash.MurmurHash3;
import org.jspecify.annotations.Nullable;

/**
 * Makes partials of the metrics that producers send: of every kind of point what it adds to its
 * series, so that their owner adds up all alike. What was counted cumulatively becomes the amount
 * since the point before; a counter that begins anew at its producer goes on at its owner.
 */
final class ProducedMetrics {

  /** OpenTelemetry's own limit for names. */
  private static final int MAX_NAME = 255;

  private static final int MAX_HELP = 200;

  /** A producer that began to count longer before its first point was there before. */
  private static final long BEGINNING_NANOS = Duration.ofMinutes(5).toNanos();

  /** A digest of what tells one stream from another. */
  private record StreamId(long high, long low) {

    byte[] toBytes() {
      return ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
    }
  }

  /** Where what is known of streams is kept. */
  @FunctionalInterface
  interface Streams {
    byte @Nullable [] get(byte[] id);
  }

  /** Gets each point that is refused. */
  @FunctionalInterface
  interface Refusals {
    void refused(Reason reason);
  }

  private final int maxLabelLength;
  private final Streams streams;
  private final Refusals refusals;
  private final Map<StreamId, MetricStream> changed = new LinkedHashMap<>();
  private long seenMillis;
  private long repeated;
  private long taken;
  private @Nullable InvalidInputException refused;

  ProducedMetrics(int maxLabelLength, Streams streams, Refusals refusals) {
    this.maxLabelLength = maxLabelLength;
    this.streams = streams;
    this.refusals = refusals;
  }

  /**
   * Takes one request.
   *
   * @param arrivalMillis when it came to Sluice
   * @param nowMillis when its streams were last seen
   * @param out gets, for each service, the values of the records for its owner
   * @throws InvalidInputException when nothing in it is valid
   */
  void take(Slice request, long arrivalMillis, long nowMillis, BiConsumer<String, byte[]> out) {
    changed.clear();
    seenMillis = nowMillis;
    repeated = 0;
    taken = 0;
    refused = null;
    Map<ResourceView, Batch> batches = new LinkedHashMap<>();
    OtlpRequest.forEachRecord(
        request,
        (resource, scope, bytes) -> {
          Batch batch = batches.computeIfAbsent(resource, of -> new Batch(of, arrivalMillis));
          batch.add(scope, new MetricView(bytes));
        });
    if (refused != null && taken + repeated == 0) {
      throw refused;
    }
    batches.values().forEach(batch -> batch.drain(out));
  }

  /** Streams that the last request changed, to be kept. */
  void forEachChanged(BiConsumer<byte[], byte[]> keep) {
    changed.forEach((id, stream) -> keep.accept(id.toBytes(), stream.pack()));
  }

  /** Points of the last request that added nothing, because one as new was there. */
  long repeated() {
    return repeated;
  }

  /** The metrics of one resource. */
  private final class Batch {

    private final PointLabels common;
    private final long arrivalNanos;
    private final Tallies tallies = new Tallies(maxLabelLength);
    private final Map<Metric, SeriesTable> tables = new HashMap<>();

    private final Map<String, String> info;
    private @Nullable MetricStream producer;

    Batch(ResourceView resource, long arrivalMillis) {
      this.common = new PointLabels(resource);
      this.arrivalNanos = arrivalMillis * 1_000_000;
      this.info = common.info(resource);
      tallies.service(SeriesTable.cut(resource.serviceName(), maxLabelLength));
    }

    void drain(BiConsumer<String, byte[]> out) {
      if (!tables.isEmpty() && !info.isEmpty()) {
        Metric target = Metrics.TARGET_INFO.with(info.keySet().stream().map(Label::open).toList());
        SeriesTable table = table(target).begin();
        info.values().forEach(table::label);
        table.tally().set(1, arrivalNanos);
      }
      tallies.drain(out);
    }

    void add(ScopeView scope, MetricView metric) {
      if (metric.kind() == MetricView.Kind.NONE) {
        refuse(
            new InvalidInputException(
                Reason.UNSUPPORTED, "a metric without data of a kind that this build reads"));
        return;
      }
      metric.forEachPoint(
          view -> {
            if (view.hasNoRecordedValue()) {
              repeated++; // it only says that there is nothing to say
              return;
            }
            try {
              new Point(scope, metric, view).add();
            } catch (InvalidInputException e) {
              if (e.reason() == Reason.MALFORMED) {
                throw e; // then the whole record is
              }
              refuse(e);
            }
          });
    }

    /** Stands for all cumulative streams of the producer. */
    private MetricStream producer() {
      MetricStream known = producer;
      if (known == null) {
        known = kept(new Packer().bytes(common.producer()));
        producer = known;
      }
      return known;
    }

    private MetricStream kept(Packer id) {
      long[] hash = MurmurHash3.hash(id.toBytes(), 0L);
      return changed
          .computeIfAbsent(
              new StreamId(hash[0], hash[1]),
              absent -> {
                byte[] packed = streams.get(absent.toBytes());
                return packed == null ? new MetricStream() : MetricStream.unpack(packed);
              })
          .seen(seenMillis);
    }

    private void refuse(InvalidInputException e) {
      refused = refused == null ? e : refused;
      refusals.refused(e.reason());
    }

    /** One point on its way into a tally. */
    private final class Point {

      private final ScopeView scope;
      private final MetricView metric;
      private final MetricPointView view;
      private final Map<String, String> labels;
      private final long start;
      private final long time;

      Point(ScopeView scope, MetricView metric, MetricPointView view) {
        this.scope = scope;
        this.metric = metric;
        this.view = view;
        this.labels = common.of(view.attributes());
        long said = view.timeUnixNano();
        this.time = said <= 0 || said > arrivalNanos ? arrivalNanos : said;
        this.start = view.startTimeUnixNano() > time ? 0 : Math.max(0, view.startTimeUnixNano());
      }

      void add() {
        switch (metric.kind()) {
          case GAUGE -> set(name(Aggregation.LAST), labels, Reading.value(view));
          case SUM -> {
            if (metric.isMonotonic()) {
              counter();
            } else {
              sumThatMayFall();
            }
          }
          case HISTOGRAM -> buckets(name(Aggregation.EXPLICIT));
          case EXPONENTIAL_HISTOGRAM -> exponential(name(Aggregation.EXPONENTIAL));
          case SUMMARY -> summary(name(Aggregation.EXPLICIT));
          case NONE -> {}
        }
        taken++;
      }

      private void counter() {
        String name = name(Aggregation.SUM);
        Reading reading = Reading.number(view);
        if (reading.sum() < 0) {
          throw new InvalidInputException(Reason.INVALID, "a sum that only grows is negative");
        }
        Reading since = since(reading);
        if (since == null) {
          return;
        }
        CacheMetrics.Gets gets = CacheMetrics.of(name, labels);
        if (gets != null) {
          SeriesTable table = table(Metrics.CACHE_GETS).begin();
          table.label(gets.cache()).label(gets.result()).tally().add(since.sum(), time);
        }
        if (gets == null || !gets.instead()) {
          Tally tally = tally(name, Aggregation.SUM, labels);
          tally.add(since.sum(), time);
          exemplar(tally);
        }
      }

      private void sumThatMayFall() {
        String name = name(Aggregation.LAST);
        Reading reading = Reading.number(view);
        if (temporality() == MetricView.TEMPORALITY_CUMULATIVE) {
          set(name, labels, reading.sum());
          return;
        }
        MetricStream stream = stream();
        if (stream.isNew(view.startTimeUnixNano(), view.timeUnixNano())) {
          set(name, labels, stream.total(reading.sum()));
        } else {
          repeated++;
        }
      }

      private void buckets(String name) {
        Reading since = since(Reading.explicit(view));
        if (since != null) {
          Tally tally = tally(name, Aggregation.EXPLICIT, labels);
          tally.merge(since.bounds(), since.counts(), since.sum(), time);
          exemplar(tally);
        }
      }

      private void exponential(String name) {
        Reading since = since(Reading.exponential(view));
        if (since == null) {
          return;
        }
        ExponentialCounts counts = since.exponential();
        MergeableHistogram histogram = new MergeableHistogram();
        histogram.addZerosAndSum(counts.zeros(), since.sum());
        for (int i = 0; i < counts.counts().length; i++) {
          if (counts.counts()[i] > 0) {
            histogram.addBucket(counts.offset() + i, counts.counts()[i], counts.scale());
          }
        }
        Tally tally = tally(name, Aggregation.EXPONENTIAL, labels);
        tally.merge(histogram, time);
        exemplar(tally);
      }

      /** Comes out as gauges for the quantiles and two counters, as Prometheus has a summary. */
      private void summary(String name) {
        Reading reading = Reading.summary(view);
        Reading since = cumulative(reading);
        if (since == null) {
          repeated++;
          return;
        }
        double[] quantiles = view.quantiles();
        for (int i = 0; i < quantiles.length; i += 2) {
          if (Double.isFinite(quantiles[i]) && Double.isFinite(quantiles[i + 1])) {
            Map<String, String> its = new TreeMap<>(labels);
            its.put("quantile", Double.toString(quantiles[i]));
            set(name, its, quantiles[i + 1]);
          }
        }
        tally(name + "_count", Aggregation.SUM, labels).add(since.counts()[0], time);
        tally(name + "_sum", Aggregation.SUM, labels).add(Math.max(0, since.sum()), time);
      }

      private @Nullable Reading since(Reading reading) {
        Reading since;
        if (temporality() == MetricView.TEMPORALITY_CUMULATIVE) {
          since = cumulative(reading);
        } else {
          boolean isNew = stream().isNew(view.startTimeUnixNano(), view.timeUnixNano());
          since = isNew ? reading : null;
        }
        repeated += since == null ? 1 : 0;
        return since;
      }

      private @Nullable Reading cumulative(Reading reading) {
        return stream().cumulative(reading, start, time, isUnderWay());
      }

      /**
       * Whether the producer was met in the midst of its life, and not before this point's first
       * minutes. What it had counted then may have been added under another name of the producer.
       * Streams that show up later are of attributes that are new.
       */
      private boolean isUnderWay() {
        long met = producer().first(time);
        return start != 0 && start < met - BEGINNING_NANOS && time < met + BEGINNING_NANOS;
      }

      private int temporality() {
        int temporality = metric.temporality();
        if (temporality != MetricView.TEMPORALITY_CUMULATIVE
            && temporality != MetricView.TEMPORALITY_DELTA) {
          throw new InvalidInputException(
              Reason.INVALID, "a metric that says neither that it is cumulative nor a delta");
        }
        return temporality;
      }

      private String name(Aggregation aggregation) {
        String raw = metric.name();
        if (raw.length() > MAX_NAME) {
          throw new InvalidInputException(
              Reason.TOO_LARGE, "a metric with a name of more than " + MAX_NAME + " characters");
        }
        String name = PrometheusNames.metric(raw, metric.unit(), aggregation);
        if (name.isEmpty()) {
          throw new InvalidInputException(Reason.INVALID, "a metric without a name");
        }
        boolean joins = aggregation == Aggregation.SUM && name.equals(Metrics.CACHE_GETS.name());
        if (Metrics.isOwn(name) && !joins) {
          throw new InvalidInputException(
              Reason.INVALID, "a metric with the name of one that Sluice writes");
        }
        return name;
      }

      private MetricStream stream() {
        Packer id = new Packer().bytes(common.producer()).text(scope.name()).text(metric.name());
        id.text(metric.kind().name()).number(metric.temporality());
        labels.forEach((label, value) -> id.text(label).text(value));
        return kept(id);
      }

      private void set(String name, Map<String, String> its, double value) {
        tally(name, Aggregation.LAST, its).set(value, time);
      }

      private Tally tally(String name, Aggregation aggregation, Map<String, String> its) {
        List<Label> names = its.keySet().stream().map(Label::open).toList();
        Metric definition =
            new Metric(
                name,
                aggregation,
                metric.unit(),
                SeriesTable.cut(metric.description(), MAX_HELP),
                "",
                "",
                Metric.SERVICE,
                names);
        SeriesTable table = table(definition).begin();
        its.values().forEach(table::label);
        return table.tally();
      }

      private void exemplar(Tally tally) {
        ExemplarView exemplar = view.exemplar();
        if (isId(exemplar.traceId(), 16) && isId(exemplar.spanId(), 8)) {
          byte[] ids = new byte[ExemplarSlots.IDS];
          System.arraycopy(exemplar.traceId().toBytes(), 0, ids, 0, 16);
          System.arraycopy(exemplar.spanId().toBytes(), 0, ids, 16, 8);
          tally.exemplar(exemplar.value(), Math.min(arrivalNanos, exemplar.timeUnixNano()), ids);
        }
      }
    }

    private SeriesTable table(Metric metric) {
      return tables.computeIfAbsent(metric, tallies::table);
    }
  }

  private static boolean isId(Slice id, int length) {
    byte[] bytes = id.toBytes();
    return bytes.length == length && !ByteBuffer.wrap(bytes).equals(ByteBuffer.allocate(length));
  }
}
