package io.sluice.processors.traces;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The tables without objects, against those of the library. */
class LongTablesTest {

  @Property(tries = 300)
  void aLongSetIsASet(@ForAll @Size(max = 200) List<@IntRange(min = -40, max = 40) Integer> steps) {
    LongSet set = new LongSet();
    Set<Long> expected = new HashSet<>();
    for (int step : steps) {
      long value = Math.abs(step) + 1L;
      if (step < 0) {
        set.remove(value);
        expected.remove(value);
      } else {
        set.add(value);
        expected.add(value);
      }
      assertThat(set.size()).isEqualTo(expected.size());
      assertThat(set.isEmpty()).isEqualTo(expected.isEmpty());
      for (long any = 1; any <= 41; any++) {
        assertThat(set.contains(any)).isEqualTo(expected.contains(any));
      }
    }
    assertThat(set.stream().boxed()).containsExactlyInAnyOrderElementsOf(expected);
  }

  /**
   * Ids whose hash would end in zeros if it had no seed: a producer can compute them, and in one
   * slot each would be looked for behind all others.
   */
  @Test
  void idsChosenToMeetInOneSlotOfATableAreSpread() {
    long chosen =
        LongStream.range(1, 10_001)
            .map(i -> withoutMixing(i << 20))
            .map(id -> new TraceKey(0, id).hash() & 0xfffff)
            .distinct()
            .count();

    assertThat(chosen).isGreaterThan(9_000);
  }

  /** Undoes the finalizer of MurmurHash3. */
  private static long withoutMixing(long mixed) {
    long value = mixed ^ mixed >>> 33;
    value *= inverse(0xc4ceb9fe1a85ec53L);
    value ^= value >>> 33;
    value *= inverse(0xff51afd7ed558ccdL);
    return value ^ value >>> 33;
  }

  private static long inverse(long odd) {
    long inverse = odd;
    for (int bits = 3; bits < Long.SIZE; bits *= 2) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }

  /** Hashes that lie side by side, so that they get into each other's way. */
  @Property(tries = 300)
  void aSliceTableKnowsTheLastOfEach(
      @ForAll @Size(max = 2000) List<@IntRange(min = -900, max = 900) Integer> steps) {
    SliceTable table = new SliceTable();
    Map<Long, Integer> expected = new HashMap<>();
    int slice = 0;
    for (int step : steps) {
      slice++;
      long hash = 1 + Math.abs(step) / 3 * 1024L + Math.abs(step) % 3;
      if (step < 0) {
        Integer last = expected.remove(hash);
        assertThat(table.remove(hash, slice)).as("another slice's").isFalse();
        assertThat(table.value(hash)).isEqualTo(last == null ? 0 : last);
        table.remove(hash, last == null ? slice : last);
      } else {
        table.put(hash, slice, slice);
        expected.put(hash, slice);
      }
    }
    assertThat(table.size()).isEqualTo(expected.size());
    expected.forEach((hash, version) -> assertThat(table.value(hash)).isEqualTo(version));
    for (int any = 0; any <= 900; any++) {
      long hash = 1 + any / 3 * 1024L + any % 3;
      assertThat(table.value(hash)).isEqualTo(expected.getOrDefault(hash, 0));
    }
  }

  /** Hashes that lie side by side, so that they get into each other's way. */
  @Property(tries = 300)
  void aSliceTableKnowsWhatWasPutAndNotRemovedWithItsLastSlice(
      @ForAll @Size(max = 2000) List<@IntRange(min = -900, max = 900) Integer> steps) {
    SliceTable table = new SliceTable();
    Map<Long, Long> expected = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      long hash = Math.abs(steps.get(i));
      long slice = i / 3;
      if (steps.get(i) < 0) {
        table.remove(hash, slice);
        expected.remove(hash, slice);
      } else {
        table.put(hash, i, slice);
        expected.put(hash, slice);
        assertThat(table.has(hash, i)).isTrue();
        assertThat(table.has(hash, i + 1)).isFalse();
      }
    }
    for (long any = 2; any <= 900; any++) {
      assertThat(table.has(any)).isEqualTo(expected.containsKey(any));
    }
  }

  @Property(tries = 50)
  void emittedPositionsAreThoseThatWerePutLast(
      @ForAll @Size(max = 3000) List<@IntRange(min = 1, max = 2000) Integer> traces) {
    EmittedUpTo emitted = new EmittedUpTo();
    Map<Integer, Long> expected = new HashMap<>();
    for (int i = 0; i < traces.size(); i++) {
      emitted.put(new TraceKey(traces.get(i), 7), i + 1L);
      expected.put(traces.get(i), i + 1L);
    }
    for (int any = 1; any <= 2000; any++) {
      assertThat(emitted.position(new TraceKey(any, 7))).isEqualTo(expected.getOrDefault(any, 0L));
    }
  }
}
