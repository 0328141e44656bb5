package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.Slice;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BoundedInflaterTest {

  private static final int MAX = 10_000;

  private final AtomicLong grown = new AtomicLong();

  @Property(tries = 300)
  void inflatesWhatFitsAndNothingElse(
      @ForAll @IntRange(max = 3 * MAX) int size,
      @ForAll @IntRange(min = 1, max = 256) int variety,
      @ForAll long seed) {
    byte[] plain = bytes(size, variety, seed);
    byte[] compressed = Gzip.of(plain);
    grown.set(0);

    if (size <= MAX) {
      assertThat(inflate(compressed)).isEqualTo(plain);
    } else {
      assertRefused(compressed, Reason.TOO_LARGE, "inflates to more than 10000 bytes");
    }
    assertThat(grown.get() - compressed.length).isBetween((long) Math.min(size, MAX), (long) MAX);
  }

  @Test
  void takesExactlyTheLimitAndNotOneByteMore() {
    assertThat(inflate(Gzip.of(new byte[MAX]))).hasSize(MAX);
    assertRefused(Gzip.of(new byte[MAX + 1]), Reason.TOO_LARGE, "more than 10000 bytes");
  }

  @Test
  void bombTakesNoMoreMemoryThanTheLimit() {
    byte[] bomb = Gzip.of(new byte[50_000_000]);
    assertThat(bomb.length).isLessThan(60_000);

    assertRefused(bomb, Reason.TOO_LARGE, "more than 10000 bytes");
    assertThat(grown.get()).isEqualTo(bomb.length + MAX);
  }

  @Test
  void bombInABombIsInflatedOnce() {
    byte[] inner = Gzip.of(new byte[1_000_000]);

    assertThat(inflate(Gzip.of(inner))).isEqualTo(inner);
  }

  @Test
  void readsAllMembers() {
    byte[] two = Gzip.concat(Gzip.of(bytes(700, 9, 1)), Gzip.of(bytes(5_000, 9, 2)));

    assertThat(inflate(two)).isEqualTo(Gzip.concat(bytes(700, 9, 1), bytes(5_000, 9, 2)));
  }

  @Test
  void countsAllMembersTogether() {
    byte[] half = Gzip.of(new byte[MAX / 2]);

    assertThat(inflate(Gzip.concat(half, half))).hasSize(MAX);
    assertRefused(
        Gzip.concat(half, half, Gzip.of(new byte[1])), Reason.TOO_LARGE, "more than 10000 bytes");
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = Gzip.of(bytes(300, 20, 3));
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), Reason.MALFORMED, "not complete, valid gzip");
    }
  }

  @Test
  void truncationInTheSecondMemberIsRefused() {
    byte[] first = Gzip.of(bytes(300, 20, 3));
    byte[] both = Gzip.concat(first, Gzip.of(bytes(300, 20, 4)));
    for (int length = first.length + 1; length < both.length; length++) {
      assertRefused(Arrays.copyOf(both, length), Reason.MALFORMED, "not complete, valid gzip");
    }
  }

  @Test
  void whatFollowsAndIsNoGzipIsRefused() {
    byte[] gzip = Gzip.of(bytes(300, 20, 3));

    assertRefused(Gzip.concat(gzip, new byte[] {7}), Reason.MALFORMED, "not complete, valid gzip");
    assertRefused(
        Gzip.concat(Gzip.of(new byte[MAX]), new byte[40]),
        Reason.MALFORMED,
        "not complete, valid gzip");
  }

  @Test
  void damageIsRefused() {
    byte[] whole = Gzip.of(bytes(300, 20, 3));
    byte[] wrongChecksum = whole.clone();
    wrongChecksum[whole.length - 8] ^= 1;
    byte[] wrongLength = whole.clone();
    wrongLength[whole.length - 1] ^= 1;

    assertRefused(wrongChecksum, Reason.MALFORMED, "not complete, valid gzip");
    assertRefused(wrongLength, Reason.MALFORMED, "not complete, valid gzip");
    assertRefused(bytes(300, 256, 5), Reason.MALFORMED, "not complete, valid gzip");
  }

  private byte[] inflate(byte[] compressed) {
    return new BoundedInflater(MAX).inflate(Slice.of(compressed), grown::addAndGet).toBytes();
  }

  private void assertRefused(byte[] compressed, Reason reason, String sentence) {
    grown.set(0);
    assertThatThrownBy(() -> inflate(compressed))
        .as("%d bytes", compressed.length)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(sentence)
        .extracting(e -> ((InvalidInputException) e).reason())
        .isEqualTo(reason);
  }

  private static byte[] bytes(int size, int variety, long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) random.nextInt(variety);
    }
    return bytes;
  }
}
