package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;

class PutIdsTest {

  private static final int IDS = 200_000;

  private final PutIds ids = new PutIds();

  @Test
  void knowsEveryIdThatWasAddedAndTakesFewOthersForOne() {
    Random random = new Random(1);
    byte[][] added = new byte[IDS][59]; // as long as a trace's
    int mistaken = 0;
    for (byte[] id : added) {
      random.nextBytes(id);
      mistaken += ids.add(new BytesRef(id)) ? 1 : 0;
    }
    assertThat(mistaken).isLessThan(10);
    assertThat(List.of(added)).allMatch(id -> ids.add(new BytesRef(id)));
  }
}
