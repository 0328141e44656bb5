package io.sluice.processors.spanmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class VariableSegmentsTest {

  private final VariableSegments segments = new VariableSegments(3);

  @Example
  void takesASegmentWithManyValuesForVariable() {
    assertThat(take("GET /users/ann")).isEqualTo("GET /users/ann");
    assertThat(take("GET /users/bob")).isEqualTo("GET /users/bob");
    assertThat(take("GET /users/cyd")).isEqualTo("GET /users/cyd");
    assertThat(take("GET /users/dan")).isEqualTo("GET /users/{var}");
    assertThat(take("GET /users/bob")).as("it was there before").isEqualTo("GET /users/bob");
    assertThat(take("GET /users/eve/orders")).isEqualTo("GET /users/{var}/orders");
    assertThat(take("GET /users/fay/orders")).isEqualTo("GET /users/{var}/orders");
    assertThat(take("GET /carts/dan")).as("another place").isEqualTo("GET /carts/dan");
  }

  @Example
  void neverTakesTheFirstSegmentForVariable() {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      assertThat(take(name)).isEqualTo(name);
      assertThat(take(name + "/x")).isEqualTo(name + "/x");
    }
  }

  @Example
  void staysBoundedWhateverComes() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      names.add(take("GET /a" + i + "/b" + i + "/c" + i));
    }
    // Three at each level below the fixed beginning, and the variable one.
    assertThat(names.stream().distinct().count()).isLessThan(4 * 4 * 4 + 1);
    assertThat(names.get(999)).isEqualTo("GET /{var}/{var}/{var}");
  }

  @Property(tries = 50)
  void decidesTheSameAfterItWasToldOfTheNamesInUseInAnyOrder(
      @ForAll @IntRange(min = 0, max = 200) int count, @ForAll Random random) {
    VariableSegments segments = new VariableSegments(3);
    List<String> inUse = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = "/" + random.nextInt(3) + "/p" + random.nextInt(9) + "/q" + random.nextInt(5);
      inUse.add(take(segments, name));
    }
    Collections.shuffle(inUse, random);
    VariableSegments again = new VariableSegments(3);
    inUse.forEach(again::add);

    for (int i = 0; i < 50; i++) {
      String name = "/" + random.nextInt(4) + "/p" + random.nextInt(20) + "/q" + random.nextInt(9);
      assertThat(again.apply(name)).isEqualTo(segments.apply(name));
    }
  }

  private String take(String name) {
    return take(segments, name);
  }

  /** As the owner of series does: what is new comes into use as it was learned. */
  private static String take(VariableSegments segments, String name) {
    String learned = segments.apply(name);
    segments.add(learned);
    return learned;
  }
}
