package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void alignsColumns() {
    TextTable table = new TextTable("COUNT", "SERVICE");
    table.row(12345678, "cart");
    table.row(1, "frontend");

    assertThat(printed(table))
        .isEqualTo(
            """
              COUNT     SERVICE
              12345678  cart
              1         frontend
            """);
  }

  @Test
  void lengthOfOneCellMovesNoOtherRow() {
    TextTable table = new TextTable("A", "B");
    table.row("x".repeat(500), "far");
    table.row("y", "near");

    assertThat(printed(table).lines().skip(2)).containsExactly("  y" + " ".repeat(47) + "  near");
  }

  @Test
  void lettersThatWouldSteerTheTerminalAreShownAsReplaced() {
    TextTable table = new TextTable("A");
    table.row("\u001b[31mred\u001b]0;title\u0007 \u202etxt.exe\u2066 a\r\nb\u2028c\u009b1m é東🚀");

    assertThat(printed(table).lines().skip(1))
        .containsExactly("  �[31mred�]0;title� �txt.exe� a��b�c�1m é東🚀");
  }

  private static String printed(TextTable table) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    table.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }
}
