package io.sluice.processor.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.processor.DefinitionKind;
import io.sluice.processor.StreamProcessor;
import io.sluice.processor.runtime.DefinitionsReader;
import io.sluice.processor.runtime.StageRunner;
import io.sluice.processor.runtime.StreamsSettings;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One process of the processor under test, with the runtime that it has in production. */
final class RunningProcess implements AutoCloseable {

  private final DefinitionsReader definitions;
  private final StageRunner<?> runner;
  private final Path state;
  private final KillSwitch killSwitch = new KillSwitch();
  private boolean closed;

  private <C extends Record> RunningProcess(
      Subject.Running<C> running,
      List<DefinitionSet> sets,
      KafkaConnection connection,
      Path state) {
    this.state = state;
    definitions =
        new DefinitionsReader(connection, kind -> inForce(kind, sets, running.processor()));
    runner =
        new StageRunner<>(
            running.processor(),
            running.config(),
            new StageRunner.Environment(
                killSwitch.on(connection),
                StreamsSettings.defaults(),
                state,
                definitions,
                new SimpleMeterRegistry(),
                OpenTelemetry.noop()));
    definitions.start();
    runner.start();
  }

  static RunningProcess start(Subject.Described subject, KafkaConnection connection, Path state) {
    return new RunningProcess(subject.running(), subject.definitions(), connection, state);
  }

  private static DefinitionSet inForce(
      String kind, List<DefinitionSet> sets, StreamProcessor<?> processor) {
    return sets.stream()
        .filter(set -> set.getKind().equals(kind))
        .findFirst()
        .orElseGet(
            () ->
                processor.definitionKinds().stream()
                    .filter(each -> each.name().equals(kind))
                    .findFirst()
                    .map(DefinitionKind::shippedSet)
                    .orElseThrow(
                        () ->
                            new IllegalStateException(
                                "the test defines no " + kind + ": use define(...)")));
  }

  void awaitReady(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!runner.health().ready()) {
      if (System.nanoTime() > deadline || !runner.health().live()) {
        throw new AssertionError("the processor does not start: " + health());
      }
      try {
        if (new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException("nobody counts down");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** From now on the process is killed as soon as it has processed something. */
  void killInTheMiddle() {
    killSwitch.arm();
  }

  void awaitKilled(Duration patience) {
    assertThat(killSwitch.awaitDead(patience))
        .as("the processor neither sends nor stores anything of its input; it is %s", health())
        .isTrue();
  }

  /** The disk as it is now, for a process that takes the place of this one when it was killed. */
  Path copyOfState() {
    return Directories.copy(state);
  }

  String applicationId() {
    return runner.applicationId();
  }

  String health() {
    return runner.health().detail();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      killSwitch.bury();
      try (definitions) {
        runner.close();
      }
      Directories.delete(state);
    }
  }
}
