package io.sluice.processor.conformance;

import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.SessionWindow;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/** Wires Streams itself, with stores of windows or of sessions that are kept for a year. */
final class WindowsProcessor implements StreamProcessor<WindowsProcessor.Config> {

  private static final String STORE = "kept";
  private static final Duration YEAR = Duration.ofDays(365);

  record Config(boolean sessions) {}

  static void describe(Subject subject, boolean sessions) {
    subject
        .runs(new WindowsProcessor(), new Config(sessions))
        .reads(
            (round, inputs) ->
                inputs.send(WordsProcessor.WORDS, WordsProcessor.bytes("w" + round + ".")));
  }

  @Override
  public String name() {
    return "windows";
  }

  @Override
  public Config defaults() {
    return new Config(false);
  }

  @Override
  public List<Topic> inputs() {
    return List.of(WordsProcessor.WORDS);
  }

  @Override
  public List<Topic> outputs() {
    return List.of(WordsProcessor.COUNTS);
  }

  @Override
  public Topology topology(Config config, Stage stage) {
    ProcessorSupplier<byte[], byte[], byte[], byte[]> keeps = () -> new Keeps(config.sessions());
    Topology topology =
        new Topology()
            .addSource(
                "in",
                Serdes.ByteArray().deserializer(),
                Serdes.ByteArray().deserializer(),
                WordsProcessor.WORDS.name())
            .addProcessor("keep", keeps, "in");
    return config.sessions()
        ? topology.addStateStore(
            Stores.sessionStoreBuilder(
                Stores.inMemorySessionStore(STORE, YEAR), Serdes.ByteArray(), Serdes.ByteArray()),
            "keep")
        : topology.addStateStore(
            Stores.windowStoreBuilder(
                Stores.inMemoryWindowStore(STORE, YEAR, Duration.ofMinutes(1), false),
                Serdes.ByteArray(),
                Serdes.ByteArray()),
            "keep");
  }

  private static final class Keeps implements Processor<byte[], byte[], byte[], byte[]> {

    private final boolean sessions;

    @SuppressWarnings("NullAway.Init") // init comes first
    private ProcessorContext<byte[], byte[]> context;

    Keeps(boolean sessions) {
      this.sessions = sessions;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
      context = processorContext;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (sessions) {
        SessionStore<byte[], byte[]> store = context.getStateStore(STORE);
        SessionWindow at = new SessionWindow(record.timestamp(), record.timestamp());
        store.put(new Windowed<>(record.value(), at), record.value());
      } else {
        WindowStore<byte[], byte[]> store = context.getStateStore(STORE);
        store.put(record.value(), record.value(), record.timestamp());
      }
    }
  }
}
