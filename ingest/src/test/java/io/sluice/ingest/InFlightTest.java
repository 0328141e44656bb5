package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ingest.InFlight.PressureException;
import io.sluice.ingest.InFlight.Share;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
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

    assertThatThrownBy(() -> liar.grow(Long.MAX_VALUE)).isInstanceOf(InvalidInputException.class);
    assertThat(inFlight.bytes()).isEqualTo(10);
  }

  @Test
  void whatWouldNeverFitIsToldSo() {
    inFlight.open().grow(10);
    Share share = inFlight.open();
    share.grow(60);

    assertThatThrownBy(() -> share.grow(40)).isInstanceOf(PressureException.class);
    assertThatThrownBy(() -> share.grow(41))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the request takes more than 100 bytes while it is read")
        .extracting(e -> ((InvalidInputException) e).reason())
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(inFlight.bytes()).isEqualTo(70);
  }

  @Test
  void refusedRequestsDoNotCostOthersTheirPlace() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    AtomicInteger wronglyRefused = new AtomicInteger();
    Share always = inFlight.open();
    always.grow(40);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      tasks.add(() -> repeat(() -> refused(90)));
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
    assertThat(inFlight.bytes()).isEqualTo(40);
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
