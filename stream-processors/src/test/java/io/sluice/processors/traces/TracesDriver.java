package io.sluice.processors.traces;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.test.TestRecord;

/** The assembler's topology with its real stores, and a clock that moves as clocks do. */
final class TracesDriver implements AutoCloseable {

  static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());
  static final Duration TICK = Duration.ofMillis(100);
  static final TracesConfig CONFIG = TracesConfig.defaults();

  private final StageTestDriver driver;

  TracesDriver(TracesConfig config) {
    driver = StageTestDriver.of(new TracesProcessor()).config(config).start();
  }

  void send(byte[] request) {
    driver.send(Topics.SPANS, new byte[0], request);
  }

  void pass(Duration time) {
    for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minus(TICK)) {
      driver.advance(TICK);
    }
  }

  /** What was emitted since the last call. */
  List<Trace> traces() {
    return driver.read(Topics.TRACES, TRACES);
  }

  List<TestRecord<byte[], byte[]>> records() {
    return driver.read(Topics.TRACES);
  }

  List<DeadLetter> deadLetters() {
    return driver.deadLetters();
  }

  static byte[] value(DeadLetter letter) {
    return Objects.requireNonNull(letter.getValue()).array();
  }

  TopologyDescription description() {
    return driver.topology().describe();
  }

  int batches() {
    int count = 0;
    try (var all = driver.<byte[], byte[]>store(TracesTopology.BATCHES).all()) {
      while (all.hasNext()) {
        all.next();
        count++;
      }
    }
    return count;
  }

  double openTraces() {
    return driver.meters().get("sluice.traces.open").gauge().value();
  }

  double openBytes() {
    return driver.meters().get("sluice.traces.open.bytes").gauge().value();
  }

  double closed(String reason) {
    return driver.meters().counter("sluice.traces.closed", "reason", reason).count();
  }

  double duplicates() {
    return count("sluice.traces.duplicate.spans");
  }

  double count(String meter) {
    return driver.meters().counter(meter).count();
  }

  @Override
  public void close() {
    driver.close();
  }
}
