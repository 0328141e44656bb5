package io.sluice.processors.traces;

import static io.sluice.processors.traces.TracesDriver.CONFIG;
import static io.sluice.processors.traces.TracesDriver.TICK;
import static io.sluice.processors.traces.TracesDriver.TRACES;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.TraceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TracesTopologyTest {

  private final SpanBuilder root = Spans.span(1, 1);
  private final SpanBuilder child = Spans.span(1, 2).parent(root.spanId());
  private final SpanBuilder grandchild = Spans.span(1, 3).parent(child.spanId());

  private final TracesDriver driver = new TracesDriver(CONFIG);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(StreamProcessor.class))
        .filteredOn(processor -> processor.name().equals("traces"))
        .hasSize(1);
  }

  @Test
  void readsSpansAndNothingElseInOneSubtopology() {
    TopologyDescription topology = driver.description();

    assertThat(topology.subtopologies()).hasSize(1);
    assertThat(topology.globalStores()).isEmpty();
    assertThat(
            topology.subtopologies().iterator().next().nodes().stream()
                .filter(TopologyDescription.Source.class::isInstance)
                .map(TopologyDescription.Source.class::cast))
        .singleElement()
        .satisfies(source -> assertThat(source.topicSet()).containsExactly(Topics.SPANS.name()));
  }

  @Test
  void emitsATraceOnceRootAndParentsAreThereAndItSettled() {
    TraceBuilder trace =
        TraceBuilder.trace(
            traceId(7),
            service("frontend")
                .span("GET /")
                .took(Duration.ofMillis(80))
                .calls(
                    service("checkout")
                        .span("POST /checkout")
                        .calls(service("payment").span("POST /charge").error())));

    for (byte[] request : trace.toRequestBytesByService()) {
      driver.send(request);
      driver.pass(Duration.ofMillis(400)); // longer than settling takes, in sum
    }
    assertThat(driver.records()).isEmpty();
    driver.pass(TICK);

    TestRecord<byte[], byte[]> record = driver.records().get(0);
    Trace emitted = TRACES.decode(record.value());
    assertThat(record.key()).isEqualTo(traceId(7));
    assertThat(emitted.getTraceId().bytes()).isEqualTo(traceId(7));
    assertThat(emitted.getVersion()).isEqualTo(1);
    assertThat(emitted.getCompleteness()).isEqualTo(Completeness.COMPLETE);
    assertThat(emitted.getCloseReason()).isEqualTo(CloseReason.COMPLETE);
    assertThat(emitted.getMissingParents()).isEmpty();
    assertThat(emitted.getRootService()).isEqualTo("frontend");
    assertThat(emitted.getRootOperation()).isEqualTo("GET /");
    assertThat(emitted.getServices()).containsExactly("checkout", "frontend", "payment");
    assertThat(emitted.getError()).isTrue();
    assertThat(emitted.getSpanCount()).isEqualTo(3);
    assertThat(emitted.getDurationNanos()).isEqualTo(Duration.ofMillis(80).toNanos());
    assertThat(emitted.getCloseDelayMillis()).isEqualTo(500);
    assertThat(Spans.in(emitted)).containsExactlyElementsOf(Spans.protos(trace.spans()));
    assertThat(driver.records()).isEmpty();
  }

  @Test
  void joinsTheTracesOfOneBatchEachWithItsOwn() {
    SpanBuilder other = Spans.span(2, 1);
    driver.send(Spans.request(child, other, root));
    driver.send(Spans.request(Spans.span(2, 2).parent(other.spanId())));
    driver.pass(CONFIG.settle());

    assertThat(driver.traces())
        .allSatisfy(trace -> assertThat(trace.getCloseReason()).isEqualTo(CloseReason.COMPLETE))
        .extracting(trace -> TraceKey.of(trace.getTraceId().bytes()), Trace::getSpanCount)
        .containsExactlyInAnyOrder(tuple(Spans.key(1), 2), tuple(Spans.key(2), 2));
  }

  @Test
  void closesATraceThatStaysIncompleteAndNamesTheMissingParent() {
    driver.send(Spans.request(root, grandchild));
    driver.pass(CONFIG.inactivity().minus(TICK));
    assertThat(driver.records()).isEmpty();
    driver.pass(TICK);

    Trace trace = only();
    assertThat(trace.getCloseReason()).isEqualTo(CloseReason.INACTIVE);
    assertThat(trace.getCompleteness()).isEqualTo(Completeness.TIMED_OUT);
    assertThat(trace.getMissingParents()).containsExactly(new SpanId(child.spanId()));
    assertThat(trace.getRootOperation()).isEqualTo("operation 1");
  }

  @Test
  void closesABusyIncompleteTraceByAge() {
    for (int number = 10; number < 40; number++) {
      driver.send(Spans.request(Spans.span(1, number).parent(root.spanId())));
      driver.pass(Duration.ofSeconds(9));
    }
    assertThat(driver.records()).isEmpty();
    for (int number = 40; number < 44; number++) {
      driver.send(Spans.request(Spans.span(1, number).parent(root.spanId())));
      driver.pass(Duration.ofSeconds(9));
    }

    Trace trace = only();
    assertThat(trace.getCloseReason()).isEqualTo(CloseReason.AGE);
    assertThat(trace.getCompleteness()).isEqualTo(Completeness.TIMED_OUT);
    assertThat(trace.getMissingParents()).containsExactly(new SpanId(root.spanId()));
    assertThat(trace.getRootOperation()).isNull();
  }

  /** And not each of its spans as a version of its own. */
  @Test
  void goesOnWithATraceThatWasClosedWhileItWasBusyAsItsNextPart() {
    for (int second = 1; second <= 11 * 60; second++) {
      driver.send(Spans.request(Spans.span(1, 10 + second).parent(root.spanId())));
      driver.pass(Duration.ofSeconds(1));
    }
    driver.pass(CONFIG.inactivity());

    List<Trace> parts = driver.traces();
    assertThat(parts)
        .extracting(Trace::getCloseReason)
        .containsExactly(CloseReason.AGE, CloseReason.AGE, CloseReason.INACTIVE);
    assertThat(parts).extracting(Trace::getCompleteness).containsOnly(Completeness.TIMED_OUT);
    assertThat(parts).extracting(Trace::getVersion).containsExactly(1, 2, 3);
    assertThat(parts.stream().mapToInt(Trace::getSpanCount).sum()).isEqualTo(11 * 60);
  }

  @Test
  void emitsALateSpanAsTheNextVersion() {
    driver.send(Spans.request(root));
    driver.pass(CONFIG.settle());
    driver.send(Spans.request(child));
    driver.pass(CONFIG.settle());
    driver.send(Spans.request(grandchild));
    driver.pass(CONFIG.settle());

    List<Trace> versions = driver.traces();
    assertThat(versions).extracting(Trace::getVersion).containsExactly(1, 2, 3);
    assertThat(versions)
        .extracting(Trace::getCompleteness)
        .containsExactly(Completeness.COMPLETE, Completeness.LATE, Completeness.LATE);
    assertThat(versions.stream().flatMap(trace -> Spans.in(trace).stream()))
        .containsExactly(root.toProto(), child.toProto(), grandchild.toProto());
  }

  @Test
  void leavesNothingInItsStoreOfAClosedTrace() {
    driver.send(Spans.request(root));
    driver.send(Spans.request(child));
    assertThat(driver.openTraces()).isEqualTo(1);
    driver.pass(CONFIG.settle());

    assertThat(driver.batches()).isZero();
    assertThat(driver.openTraces()).isZero();
    assertThat(driver.closed("complete")).isEqualTo(1);
  }

  private Trace only() {
    List<Trace> traces = driver.traces();
    assertThat(traces).hasSize(1);
    return traces.get(0);
  }
}
