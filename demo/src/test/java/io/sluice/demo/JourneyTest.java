package io.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JourneyTest {

  @Test
  void isTheSameForTheSameSeed() {
    assertThat(journeys(1)).isEqualTo(journeys(1)).isNotEqualTo(journeys(2));
  }

  @Test
  void hasACheckoutInAboutOneOfSixRequests() {
    List<Journey.Step> steps =
        journeys(1).stream().flatMap(journey -> journey.steps().stream()).toList();
    long checkouts = steps.stream().filter(step -> step.path().equals("/checkout")).count();

    assertThat((double) checkouts / steps.size()).isBetween(0.12, 0.20);
  }

  @Test
  void fillsTheCartBeforeTheCheckout() {
    for (Journey journey : journeys(1)) {
      List<String> paths = journey.steps().stream().map(Journey.Step::path).toList();
      if (paths.contains("/checkout")) {
        assertThat(paths.subList(0, paths.indexOf("/checkout")))
            .anyMatch(path -> path.endsWith("/items"));
      }
    }
  }

  private static List<Journey> journeys(long seed) {
    Random random = new Random(seed);
    return Stream.generate(() -> Journey.random(random)).limit(1_000).toList();
  }
}
