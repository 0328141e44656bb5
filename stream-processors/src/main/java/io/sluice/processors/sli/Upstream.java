package io.sluice.processors.sli;

import io.micrometer.core.instrument.Gauge;
import io.sluice.processor.Stage;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.Slo;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Until when everything that reached Kafka has come to the owners of SLOs. That no event has come
 * means that nothing happened only if no stage before is dead or behind.
 *
 * <p>Kafka knows: where the raw topics end now; once the sanitizer has committed that it has read
 * so far, where its own topics end; and so on, down to the partial counts. What a stage has
 * committed it has sent on, whichever of its processes did it. Nothing is remembered: a process
 * that starts knows nothing until it has asked.
 *
 * <p>Shared by all tasks of a process, and safe for use by their threads.
 */
final class Upstream {

  private static final Logger log = LoggerFactory.getLogger(Upstream.class);

  /** How often it is asked anew. */
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** A stage that is so far behind is worth a word. */
  private static final Duration BEHIND = Duration.ofSeconds(30);

  /**
   * Series are written in turn, by default each second. Until then what their owner has committed
   * is in its state alone.
   */
  private static final Duration WRITTEN = Duration.ofSeconds(5);

  /**
   * A processor, and what it reads of the events that are on their way, or so long as it may take
   * to send on what it has read.
   */
  private record Stop(String processor, List<Topic> topics, Duration after) {

    static Stop of(String processor, Topic... topics) {
      return new Stop(processor, List.of(topics), Duration.ZERO);
    }

    static Stop after(String processor, Duration time) {
      return new Stop(processor, List.of(), time);
    }
  }

  // Names of processors, as the catalogue of topics has them.
  private static final String SANITIZER = "sanitizer";
  private static final String TRACES = "traces";
  private static final String SPANMETRICS = "spanmetrics";

  /** What spanmetrics makes of whole traces, and of nothing else. */
  private static final String SERVICE_GRAPH = "traces_service_graph_";

  /**
   * Where events come from: their signal, and series of the service graph by a way of their own.
   */
  enum Source {
    SPANS,
    LOGS,
    TRACES,
    METRICS,
    SERVICE_GRAPH;

    static Source of(Slo slo) {
      return switch (slo.signal()) {
        case SPANS -> SPANS;
        case LOGS -> LOGS;
        case TRACES -> TRACES;
        case METRICS -> mayCountCalls(slo.selector().operations()) ? SERVICE_GRAPH : METRICS;
      };
    }

    private static boolean mayCountCalls(List<String> metrics) {
      return metrics.isEmpty()
          || metrics.stream().anyMatch(metric -> metric.startsWith(Upstream.SERVICE_GRAPH));
    }
  }

  private final Stage stage;
  private final Map<Source, Way> ways = new EnumMap<>(Source.class);

  Upstream(Stage stage) {
    this.stage = stage;
    for (Source source : Source.values()) {
      Way way = new Way(source);
      ways.put(source, way);
      Gauge.builder("sluice.sli.upstream.age.seconds", way, Way::ageSeconds)
          .tag("signal", way.name())
          .register(stage.meters());
    }
  }

  /** The way of events from the services to the partial counts. */
  private static List<Stop> stops(Source source) {
    return switch (source) {
      case SPANS -> List.of(Stop.of(SANITIZER, Topics.RAW_SPANS), counted(Topics.SPANS), summed());
      case LOGS -> List.of(Stop.of(SANITIZER, Topics.RAW_LOGS), counted(Topics.LOGS), summed());
      case TRACES ->
          List.of(
              Stop.of(SANITIZER, Topics.RAW_SPANS),
              Stop.of(TRACES, Topics.SPANS),
              counted(Topics.TRACES),
              summed());
      case METRICS ->
          List.of(
              Stop.of(SANITIZER, Topics.RAW_METRICS, Topics.RAW_SPANS),
              Stop.of(SPANMETRICS, Topics.METRICS, Topics.SPANS),
              Stop.of(SPANMETRICS), // what it sends to its own owners of series
              Stop.after(SPANMETRICS, WRITTEN),
              counted(Topics.SERIES),
              summed());
      case SERVICE_GRAPH ->
          Stream.concat(
                  Stream.of(
                      Stop.of(SANITIZER, Topics.RAW_SPANS),
                      Stop.of(TRACES, Topics.SPANS),
                      Stop.of(SPANMETRICS, Topics.TRACES)),
                  stops(Source.METRICS).stream())
              .toList();
    };
  }

  /** The processors on the way of events, first to last. */
  static List<String> processors(Source source) {
    return stops(source).stream().map(Stop::processor).toList();
  }

  private static Stop counted(Topic topic) {
    return Stop.of(SliTopology.NAME, topic);
  }

  private static Stop summed() {
    return Stop.of(SliTopology.NAME, SliTopology.COUNTS);
  }

  /** Goes on asking, where it is time to, of what is counted. */
  void look(SloIndex slos) {
    slos.all().stream().map(Source::of).distinct().forEach(source -> way(source).look());
  }

  /**
   * What reached Kafka until this moment, and may be events of an SLO, has come.
   *
   * @return by {@link Stage#nanoTime}; nothing when it is not known yet
   */
  OptionalLong knownTick(Slo slo) {
    Long known = way(Source.of(slo)).known;
    return known == null ? OptionalLong.empty() : OptionalLong.of(known);
  }

  private Way way(Source source) {
    return Objects.requireNonNull(ways.get(source));
  }

  private final class Way {

    private final Source source;
    private final List<Stop> stops;
    private final long firstTick = now();
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile @Nullable Long known;

    // Of whoever is busy:
    private @Nullable Long begunTick;
    private int at;
    private @Nullable BooleanSupplier passed;
    private boolean told;

    private Way(Source source) {
      this.source = source;
      this.stops = stops(source);
    }

    private double ageSeconds() {
      Long tick = known;
      return tick == null ? Double.NaN : (now() - tick) / 1e9;
    }

    private void look() {
      if (!busy.compareAndSet(false, true)) {
        return;
      }
      Long begun = begunTick;
      if (passed == null && begun != null && now() - begun < INTERVAL.toNanos()) {
        busy.set(false);
      } else {
        stage.background().execute(this::goOn);
      }
    }

    private void goOn() {
      try {
        if (passed == null) {
          begunTick = now();
          at = 0;
          passed = mark();
        }
        while (passed != null && passed.getAsBoolean()) {
          at++;
          passed = at < stops.size() ? mark() : null;
        }
        if (passed == null) {
          known = begunTick;
          tellIfCome();
        } else {
          Stop stop = stops.get(at);
          tellIfBehind(stop.processor() + " has not read all of " + names(stop));
        }
      } catch (RuntimeException e) { // Kafka is away
        passed = null;
        tellIfBehind("how far the stages before are could not be asked: " + e.getMessage());
      } finally {
        busy.set(false);
      }
    }

    private void tellIfBehind(String why) {
      Long tick = known;
      long since = tick == null ? firstTick : tick;
      if (!told && now() - since >= BEHIND.toNanos()) {
        told = true;
        log.warn("no window without events is told of SLOs over {}: {}", name(), why);
      }
    }

    private void tellIfCome() {
      if (told) {
        told = false;
        log.info("events of {} have come up to now; windows without events are told again", name());
      }
    }

    private String name() {
      return source.name().toLowerCase(Locale.ROOT);
    }

    private String names(Stop stop) {
      return stop.topics().isEmpty()
          ? "its own topics"
          : stop.topics().stream().map(Topic::name).collect(Collectors.joining(" and "));
    }

    private BooleanSupplier mark() {
      Stop stop = stops.get(at);
      if (stop.after().isZero()) {
        return stage.progress().untilNow(stop.processor(), stop.topics());
      }
      long tick = now();
      return () -> now() - tick >= stop.after().toNanos();
    }
  }

  private long now() {
    return stage.nanoTime().getAsLong();
  }
}
