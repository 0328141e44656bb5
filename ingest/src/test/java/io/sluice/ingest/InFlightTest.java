package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ingest.InFlight.PressureException;
import io.sluice.ingest.InFlight.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private final InFlight inFlight = new InFlight(100);

  @Test
  void sharesGrowUpToTheLimitTogether() {
    Share first = inFlight.open();
    Share second = inFlight.open();
    first.grow(60);
    second.grow(40);

    assertThat(inFlight.bytes()).isEqualTo(100);
    assertThatThrownBy(() -> second.grow(1)).isInstanceOf(PressureException.class);
    assertThat(inFlight.bytes()).isEqualTo(100);
  }

  @Test
  void closedShareMakesRoom() {
    Share first = inFlight.open();
    first.grow(100);
    first.close();
    first.close();

    inFlight.open().grow(100);

    assertThat(inFlight.bytes()).isEqualTo(100);
  }

  @Test
  void closedShareHoldsNothingThatComesAfter() {
    Share share = inFlight.open();
    share.close();
    share.grow(30);

    assertThat(inFlight.bytes()).isZero();
  }

  @Test
  void impossibleSizeIsRefusedHoweverLarge() {
    inFlight.open().grow(10);
    Share liar = inFlight.open();

    assertThatThrownBy(() -> liar.grow(Long.MAX_VALUE)).isInstanceOf(PressureException.class);
    assertThat(inFlight.bytes()).isEqualTo(10);
  }

  @Test
  void refusedRequestsDoNotCostOthersTheirPlace() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    AtomicInteger wronglyRefused = new AtomicInteger();
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      tasks.add(() -> repeat(() -> refused(1_000)));
      tasks.add(
          () ->
              repeat(
                  () -> {
                    if (refused(50)) {
                      wronglyRefused.incrementAndGet();
                    }
                  }));
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(wronglyRefused).hasValue(0);
    assertThat(inFlight.bytes()).isZero();
  }

  private static Void repeat(Runnable task) {
    for (int i = 0; i < 100_000; i++) {
      task.run();
    }
    return null;
  }

  private boolean refused(long bytes) {
    Share share = inFlight.open();
    try {
      share.grow(bytes);
      return false;
    } catch (PressureException e) {
      return true;
    } finally {
      share.close();
    }
  }
}
