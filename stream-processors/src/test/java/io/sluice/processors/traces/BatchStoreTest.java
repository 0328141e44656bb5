package io.sluice.processors.traces;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchStoreTest {

  private static final int SIZE = 100;

  private final MemoryStore store = new MemoryStore();
  private final BatchStore batches = new BatchStore(store, 3 * SIZE);

  @Test
  void keepsTheYoungestInMemoryAndReadsTheOthersFromTheStore() {
    List<Batch> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(append(i));
      assertThat(batches.bytesInMemory()).isLessThanOrEqualTo(3L * SIZE);
    }

    assertThat(all.get(9).bytes).isNotNull();
    assertThat(all.get(0).bytes).isNull();
    for (Batch batch : all) {
      assertThat(batches.bytes(batch)).isEqualTo(content(batch.position));
      assertThat(batches.bytesInMemory()).isLessThanOrEqualTo(3L * SIZE);
    }
  }

  @Test
  void deletesABatchWithTheLastTraceThatUsesIt() {
    Batch first = append(0);
    Batch second = append(1);
    first.uses = 2;

    batches.release(first);
    assertThat(store.size()).isEqualTo(2);
    assertThat(batches.oldestPosition()).hasValue(0);
    batches.release(first);
    assertThat(store.size()).isEqualTo(1);
    assertThat(batches.oldestPosition()).hasValue(1);
    batches.release(second);
    assertThat(store.size()).isZero();
    assertThat(batches.oldestPosition()).isEmpty();
    assertThat(batches.bytesInMemory()).isZero();
  }

  @Test
  void readsABatchThatIsLargerThanItsMemory() {
    Batch large = new Batch(0, 7, new byte[10 * SIZE]);
    large.uses = 1;
    batches.append(large);

    assertThat(batches.bytes(large)).hasSize(10 * SIZE);
    append(1);
    assertThat(large.bytes).isNull();
    assertThat(batches.bytes(large)).hasSize(10 * SIZE);
  }

  @Test
  void givesAllBackInTheirOrderAndForgetsThoseThatNobodyUses() {
    for (int i = 0; i < 5; i++) {
      append(i);
    }
    BatchStore again = new BatchStore(store, SIZE);
    assertThat(again.oldestStored()).hasValue(0);
    List<Long> seen = new ArrayList<>();

    again.restore(
        (batch, bytes) -> {
          assertThat(bytes).isEqualTo(content(batch.position));
          assertThat(batch.arrivalMillis).isEqualTo(1000 + batch.position);
          seen.add(batch.position);
          batch.uses += batch.position == 3 ? 1 : 0;
        });

    assertThat(seen).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(store.size()).isEqualTo(1);
    assertThat(again.oldestPosition()).hasValue(3);
  }

  private Batch append(long position) {
    Batch batch = new Batch(position, 1000 + position, content(position));
    batch.uses = 1;
    batches.append(batch);
    return batch;
  }

  private static byte[] content(long position) {
    byte[] bytes = new byte[SIZE];
    bytes[0] = (byte) position;
    return bytes;
  }
}
