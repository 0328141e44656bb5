package io.sluice.app.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.sanitize.LineReader.Line;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("\n", "\r\n", "\r", "a", "bb", "", "\u00ff", "long long line")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 2000)
  void linesAndTheirEndingsAreTheInputAgain(
      @ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 7) int piece)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    for (Line line : lines(new Pieces(bytes, piece), 1000)) {
      assertThat(line.cut()).isFalse();
      assertThat(line.bytes()).doesNotContain('\n');
      again.writeBytes(line.bytes());
      again.writeBytes(line.ending().getBytes(StandardCharsets.ISO_8859_1));
    }
    assertThat(again.toByteArray()).isEqualTo(bytes);
  }

  @Property(tries = 2000)
  void ofALongLineTheBeginningIsGivenAndTheRestPassedOver(
      @ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 7) int piece)
      throws IOException {
    List<String> expected =
        text.lines().toList().isEmpty() ? List.of() : List.of(text.split("\n", -1));
    List<Line> lines = lines(new Pieces(text.getBytes(StandardCharsets.ISO_8859_1), piece), 10);
    for (int i = 0; i < lines.size(); i++) {
      String whole = expected.get(i);
      Line line = lines.get(i);
      String read = new String(line.bytes(), StandardCharsets.ISO_8859_1);
      assertThat(line.cut()).isEqualTo(whole.length() > 10);
      assertThat(line.cut() ? whole.substring(0, 10) : whole)
          .isEqualTo(line.ending().equals("\r\n") ? read + "\r" : read);
    }
  }

  @Test
  void givesTheBeginningOfAnEndlessLineWithoutWaitingForItsEnd() throws IOException {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    Line line = Objects.requireNonNull(new LineReader(endless, 100_000, () -> {}).next());
    assertThat(line.cut()).isTrue();
    assertThat(line.bytes()).hasSize(100_000);
  }

  @Test
  void saysBeforeItWaits() throws IOException {
    List<String> order = new ArrayList<>();
    Pieces in = new Pieces("a\nb\nc".getBytes(StandardCharsets.UTF_8), 4);
    LineReader reader = new LineReader(in, 100, () -> order.add("idle"));
    for (Line line = reader.next(); line != null; line = reader.next()) {
      order.add(new String(line.bytes(), StandardCharsets.UTF_8));
    }
    assertThat(order).containsExactly("idle", "a", "b", "idle", "idle", "c");
  }

  private static List<Line> lines(InputStream in, int longest) throws IOException {
    LineReader reader = new LineReader(in, longest, () -> {});
    List<Line> lines = new ArrayList<>();
    for (Line line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    return lines;
  }

  /** Gives a few bytes at a time and never has more ready, as a terminal does. */
  private static final class Pieces extends InputStream {

    private final ByteArrayInputStream bytes;
    private final int piece;

    Pieces(byte[] bytes, int piece) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.piece = piece;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return bytes.read(into, offset, Math.min(piece, length));
    }
  }
}
