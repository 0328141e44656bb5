package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sinks.search.Workers.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WorkersTest {

  private final CyclicBarrier together = new CyclicBarrier(2);

  @Test
  void worksAtAllPartsAtTheSameTime() {
    try (Workers workers = new Workers("worker", 2)) {
      workers
          .start(List.of(this::meet, this::meet))
          .await(); // one after the other they would never meet
      assertThat(together.isBroken()).isFalse();
    }
  }

  @Test
  void throwsWhatAPartHasThrownOnceAllHaveEnded() {
    AtomicBoolean ended = new AtomicBoolean();
    UncheckedIOException failure = new UncheckedIOException(new IOException("disk full"));
    try (Workers workers = new Workers("worker", 2)) {
      Work work =
          workers.start(
              List.of(
                  () -> {
                    meet();
                    throw failure;
                  },
                  () -> {
                    meet();
                    ended.set(true);
                  }));
      assertThatThrownBy(work::await).isSameAs(failure);
      assertThat(ended).isTrue();
      work.awaitEnd(); // says nothing of it
      assertThat(work.hasEnded()).isTrue();
    }
  }

  @Test
  void throwsAnErrorAsItIs() {
    try (Workers workers = new Workers("worker", 2)) {
      Work work =
          workers.start(
              List.of(
                  () -> {},
                  () -> {
                    throw new OutOfMemoryError("of another thread");
                  }));
      assertThatThrownBy(work::await).isInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void doesNotKeepWhoStartsIt() {
    try (Workers workers = new Workers("worker", 1)) {
      Work work = workers.start(List.of(this::meet));
      assertThat(work.hasEnded()).isFalse(); // it waits for this thread
      meet();
      work.await();
      assertThat(work.hasEnded()).isTrue();
    }
  }

  private void meet() {
    try {
      together.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
