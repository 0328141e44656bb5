package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.lucene.util.BytesRef;

class TermBytesTest {

  @Property(tries = 500)
  void areTheBytesOfTheTermOfTheText(
      @ForAll("bytes") byte[] first, @ForAll("bytes") byte[] second) {
    String text = text(first) + '=' + text(second);
    assertThat(TermBytes.joined(inTheMiddle(first), '=', inTheMiddle(second)))
        .isEqualTo(new BytesRef(LogDocuments.term(text)));
  }

  @Property(tries = 100)
  void whatFollowsIsNotCut(@ForAll("texts") byte[] term) {
    assertThat(TermBytes.followed(new BytesRef(term), new BytesRef("=x")))
        .isEqualTo(new BytesRef(text(term) + "=x"));
  }

  @Provide
  Arbitrary<byte[]> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ascii().ofMaxLength(40).map(TermBytesTest::utf8),
        Arbitraries.strings().ascii().ofMinLength(1000).ofMaxLength(1100).map(TermBytesTest::utf8));
  }

  /** Also text of other characters, and bytes that are no text. */
  @Provide
  Arbitrary<byte[]> bytes() {
    return Arbitraries.oneOf(
        texts(),
        Arbitraries.strings().all().ofMaxLength(600).map(TermBytesTest::utf8),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(40));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Slice inTheMiddle(byte[] bytes) {
    byte[] larger = new byte[bytes.length + 2];
    System.arraycopy(bytes, 0, larger, 1, bytes.length);
    return new Slice(larger, 1, bytes.length + 1);
  }
}
