package io.sluice.processor.conformance;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Counts words that end with a full stop; with a flaw, if the test wants one. */
final class WordsProcessor implements StreamProcessor<WordsProcessor.Config> {

  static final Topic WORDS =
      Topic.records("words", "the word", "a word", Duration.ofDays(1), "test");
  static final Topic COUNTS = Topic.latest("word-counts", "the word", "how often", "words");

  private static final String STORE = "counts";

  /** As a database is: what a process wrote there stays when it is killed. */
  private static final Set<String> ELSEWHERE = ConcurrentHashMap.newKeySet();

  private static final long KEPT_MILLIS = Duration.ofHours(1).toMillis();

  /** What is wrong with it. */
  enum Flaw {
    NONE,
    /** Counts what it cannot read. */
    READS_ANYTHING,
    /** Sends a number by chance. */
    RANDOM,
    /** Forgets nothing. */
    HOARDS,
    /** Keeps one entry, with all that it has seen. */
    LENGTHENS,
    /** Counts in memory. */
    FORGETS,
    /** Passes over what it finds in a list that is not part of the transaction. */
    LISTS_ELSEWHERE
  }

  record Config(Flaw flaw) {}

  /** The processor with a flaw, and words that come again and words that do not. */
  static void describe(Subject subject, Flaw flaw) {
    subject
        .runs(new WordsProcessor(), new Config(flaw))
        .reads(
            (round, inputs) -> {
              inputs.send(WORDS, bytes("all"), bytes("all."));
              inputs.send(WORDS, bytes("w" + round), bytes("w" + round + "."));
            });
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String name() {
    return "words";
  }

  @Override
  public Config defaults() {
    return new Config(Flaw.NONE);
  }

  @Override
  public List<Topic> inputs() {
    return List.of(WORDS);
  }

  @Override
  public List<Topic> outputs() {
    return List.of(COUNTS);
  }

  @Override
  public Topology topology(Config config, Stage stage) {
    return stage
        .topology()
        .step("count", () -> new Count(config.flaw(), stage.namespace().name()))
        .reads(WORDS)
        .sends(COUNTS)
        .store(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.String()))
        .build();
  }

  private static final class Count implements Step {

    private final Flaw flaw;

    /** Empty without a broker. */
    private final String namespace;

    private final Map<String, Long> memory = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // init comes first
    private StepContext out;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, String> counts;

    Count(Flaw flaw, String namespace) {
      this.flaw = flaw;
      this.namespace = namespace;
    }

    @Override
    public void init(StepContext context) {
      out = context;
      counts = context.store(STORE);
      context.every(Duration.ofMinutes(1), this::forget);
    }

    @Override
    public void process(InputRecord input) {
      String word = new String(input.value(), StandardCharsets.UTF_8);
      if (!word.endsWith(".") && flaw != Flaw.READS_ANYTHING) {
        throw new InvalidInputException(Reason.INVALID, "a word ends with a full stop");
      }
      if (flaw == Flaw.LISTS_ELSEWHERE
          && !namespace.isEmpty()
          && !ELSEWHERE.add(namespace + " " + input)) {
        return;
      }
      if (flaw == Flaw.LENGTHENS) {
        String seen = counts.get("seen");
        counts.put(
            "seen", (seen == null ? Long.MAX_VALUE + " " + Long.MAX_VALUE : seen) + " " + word);
      }
      long count = flaw == Flaw.FORGETS ? memory.merge(word, 1L, Long::sum) : stored(word);
      if (flaw == Flaw.RANDOM) {
        count += new Random().nextInt(1_000_000);
      }
      out.send(
          COUNTS,
          word.getBytes(StandardCharsets.UTF_8),
          Long.toString(count).getBytes(StandardCharsets.UTF_8));
    }

    private long stored(String word) {
      String before = counts.get(word);
      long count = before == null ? 1 : Long.parseLong(before.split(" ", -1)[0]) + 1;
      counts.put(word, count + " " + out.clock().millis());
      return count;
    }

    private void forget() {
      if (flaw == Flaw.HOARDS) {
        return;
      }
      List<String> old = new ArrayList<>();
      try (KeyValueIterator<String, String> all = counts.all()) {
        all.forEachRemaining(
            entry -> {
              long seen = Long.parseLong(entry.value.split(" ", -1)[1]);
              if (seen < out.clock().millis() - KEPT_MILLIS) {
                old.add(entry.key);
              }
            });
      }
      old.forEach(counts::delete);
    }
  }
}
