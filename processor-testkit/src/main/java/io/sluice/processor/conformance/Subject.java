package io.sluice.processor.conformance;

import static java.util.Objects.requireNonNull;

import io.sluice.processor.StreamProcessor;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The processor that is tested, what it reads, and what of its output counts. */
public final class Subject {

  /** Puts what the processor reads into the topics. */
  public interface Inputs {

    /** What the processor's clock shows, for records that say when something happened. */
    Instant now();

    void send(Topic topic, byte @Nullable [] key, byte[] value);

    /** Without a key. */
    default void send(Topic topic, byte[] value) {
      send(topic, null, value);
    }
  }

  /** What the processor reads in a round. */
  @FunctionalInterface
  public interface Feed {

    /**
     * Called for the rounds 0, 1, 2 …, each time the same for the same round. Rounds bring
     * something new each: another customer, another trace.
     */
    void feed(int round, Inputs inputs);
  }

  private @Nullable Running<?> running;
  private @Nullable Feed feed;
  private Function<Outputs, Object> result = Outputs::all;
  private Duration waits = Duration.ZERO;
  private Duration keeps = Duration.ofHours(1);
  private final List<DefinitionSet> definitions = new ArrayList<>();

  Subject() {}

  /** A processor with its default configuration. */
  public <C extends Record> Subject runs(StreamProcessor<C> processor) {
    return runs(processor, processor.defaults());
  }

  public <C extends Record> Subject runs(StreamProcessor<C> processor, C config) {
    running = new Running<>(processor, config);
    return this;
  }

  /** Definitions in force. */
  public Subject define(DefinitionSet set) {
    definitions.add(set);
    return this;
  }

  /** Must give some output within three rounds, however little. */
  public Subject reads(Feed newFeed) {
    feed = newFeed;
    return this;
  }

  /**
   * What of the output must be the same whether the processor was restarted or not. Without it: the
   * last value of each key in topics that keep the last one, and all values in others, in any
   * order. A processor whose values hold the time at which it worked leaves that out here.
   */
  public Subject result(Function<Outputs, Object> newResult) {
    result = newResult;
    return this;
  }

  /** How long it waits before the last input is in its output; not at all unless said. */
  public Subject waits(Duration time) {
    waits = time;
    return this;
  }

  /** After which time it has forgotten what never comes again; an hour unless said. */
  public Subject keeps(Duration time) {
    keeps = time;
    return this;
  }

  Described described() {
    if (running == null || feed == null) {
      throw new IllegalStateException(
          "a @Conformance method says which processor runs(…) and what it reads(…)");
    }
    return new Described(running, feed, result, waits, keeps, List.copyOf(definitions));
  }

  /** A subject of which all is said. */
  record Described(
      Running<?> running,
      Feed feed,
      Function<Outputs, Object> result,
      Duration waits,
      Duration keeps,
      List<DefinitionSet> definitions) {

    StageTestDriver driver() {
      return running.driver(definitions);
    }

    StreamProcessor<?> processor() {
      return running.processor();
    }
  }

  /** A processor and its configuration, which are of one type. */
  record Running<C extends Record>(StreamProcessor<C> processor, C config) {

    Running {
      requireNonNull(processor);
      requireNonNull(config);
    }

    private StageTestDriver driver(List<DefinitionSet> definitions) {
      var builder = StageTestDriver.of(processor).config(config);
      definitions.forEach(builder::define);
      return builder.start();
    }
  }
}
