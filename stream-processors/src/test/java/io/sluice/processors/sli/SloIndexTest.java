package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.definitions.EventSignal;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloEvent;
import io.sluice.schemas.definitions.Slos;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SloIndexTest {

  private static final String NO_ERROR = "{noError: true}";

  /** An event that counts how often it is asked for an attribute. */
  private static final class Asked implements SloEvent {
    private int questions;

    @Override
    public String service() {
      return "service-7";
    }

    @Override
    public String operation() {
      return "operation-7";
    }

    @Override
    public String attribute(String key) {
      questions++;
      return "x";
    }
  }

  @Test
  void holdsAnEventOnlyAgainstSlosOfItsServiceAndOperation() {
    String[] slos =
        IntStream.range(0, 1000)
            .mapToObj(
                i ->
                    TestSlos.slo(
                        "slo-" + i,
                        "{service: service-%d, operation: operation-%d, attributes: {a: x}}"
                            .formatted(i % 100, i % 100),
                        NO_ERROR))
            .toArray(String[]::new);
    Asked event = new Asked();

    assertThat(matches(event, slos)).hasSize(10).contains("slo-7", "slo-907");
    assertThat(event.questions).isEqualTo(10);
  }

  @Test
  void findsSlosThatLeaveServiceOrOperationOpen() {
    assertThat(
            matches(
                new Asked(),
                TestSlos.slo("any", "{attributes: {a: x}}", NO_ERROR),
                TestSlos.slo("service", "{service: [other, service-7]}", NO_ERROR),
                TestSlos.slo("operation", "{operation: operation-7}", NO_ERROR),
                TestSlos.slo("expression", "{operationMatches: 'oper.*-7'}", NO_ERROR),
                TestSlos.slo("both", "{service: service-7, operation: operation-7}", NO_ERROR),
                TestSlos.slo("not", "{service: service-7, operation: operation-8}", NO_ERROR)))
        .containsExactlyInAnyOrder("any", "service", "operation", "expression", "both");
  }

  @Test
  void countsOnceWhatAListWithAnEmptyNameHas() {
    Asked event = new Asked();
    String names = "{service: ['', service-7], operation: [operation-7, '']}";

    assertThat(matches(event, TestSlos.slo("both", names, NO_ERROR))).containsExactly("both");
  }

  @Test
  void looksAtNoEventOfASignalThatNoSloCounts() {
    SloIndex index = index(TestSlos.slo("a", "{service: service-7}", NO_ERROR));

    assertThat(index.has(EventSignal.SPANS)).isTrue();
    assertThat(index.has(EventSignal.LOGS)).isFalse();
    List<Slo> found = new ArrayList<>();
    index.forEachMatch(EventSignal.LOGS, new Asked(), found::add);
    assertThat(found).isEmpty();
  }

  private static List<String> matches(SloEvent event, String... slos) {
    List<String> found = new ArrayList<>();
    index(slos).forEachMatch(EventSignal.SPANS, event, slo -> found.add(slo.id()));
    return found;
  }

  private static SloIndex index(String... slos) {
    return new SloIndex(Slos.of(TestSlos.set(1, slos)));
  }
}
