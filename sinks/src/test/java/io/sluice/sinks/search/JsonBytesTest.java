package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.otlp.Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class JsonBytesTest {

  @Property
  void textIsReadAsItWasWritten(@ForAll String text, @ForAll byte[] bytes) throws IOException {
    JsonBytes out = new JsonBytes(1);
    out.raw('[').string(text).raw(',').string(Slice.of(bytes)).raw(']');
    var read = OpenSearchClient.JSON.readTree(out.toBytes());
    assertThat(read.get(0).asText()).isEqualTo(wellFormed(text));
    assertThat(read.get(1).asText()).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
  }

  @Property
  void numbersAreReadAsTheyWereWritten(@ForAll long number) {
    assertThat(new JsonBytes(1).number(number).ascii()).isEqualTo(Long.toString(number));
  }

  @Property
  void bytesAreTwoDigitsEach(@ForAll byte[] bytes) {
    assertThat(new JsonBytes(1).hexDigits(Slice.of(bytes)).ascii())
        .isEqualTo(HexFormat.of().formatHex(bytes));
  }

  /** Half a surrogate pair is no text. */
  private static String wellFormed(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .map(point -> point >= 0xd800 && point <= 0xdfff ? 0xfffd : point)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
