package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.slice.Slice;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineTextTest {

  private static final TextSanitizer SANITIZER = TextSanitizer.shipped();

  @ParameterizedTest
  @CsvSource({
    "61c3a962, 61c3a962",
    "61ff62, 611a62",
    "a961, 1a61",
    "61c3, 611a",
    "e282ac, e282ac",
    "e282, 1a1a",
    "c080, 1a1a",
    "eda080, 1a1a1a",
    "f09f9880, f09f9880",
    "f09f98, 1a1a1a",
    "f4908080, 1a1a1a1a",
    "f09f98f09f9880, 1a1a1af09f9880"
  })
  void marksBytesThatBelongToNoCharacter(String bytes, String expected) {
    byte[] text = HexFormat.of().parseHex(bytes);

    assertThat(HexFormat.of().formatHex(EngineText.of(text, 0, text.length).getBytes()))
        .isEqualTo(expected);
  }

  @Property(tries = 2000)
  void isTheSameBytesWhenTheyAreValidAndAlwaysValid(@ForAll @Size(min = 1, max = 12) byte[] text) {
    Slice taken = EngineText.of(text, 0, text.length);

    assertThat(taken.length()).isEqualTo(text.length);
    assertThat(isUtf8(taken.getBytes())).isTrue();
    assertThat(taken.byteArray() == text).isEqualTo(isUtf8(text));
  }

  @Property(tries = 1000)
  void readsTextByARuleWhateverStandsAroundItsWord(
      @ForAll @Size(max = 8) byte[] before, @ForAll @Size(max = 8) byte[] after) {
    byte[] word = "phone: (415) 555-".getBytes(StandardCharsets.UTF_8);
    byte[] text =
        ByteBuffer.allocate(before.length + word.length + after.length)
            .put(before)
            .put(word)
            .put(after)
            .array();
    byte[] once = SANITIZER.sanitize(text);

    assertThat(SANITIZER.sanitize(once)).isSameAs(once);
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
