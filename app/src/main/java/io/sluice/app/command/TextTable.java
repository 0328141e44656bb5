package io.sluice.app.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows for a terminal, in columns. Names in telemetry are chosen by its senders: characters that
 * would move the cursor, colour the text or turn its direction are shown as {@code �}.
 */
final class TextTable {

  /** Longer texts push their row's other columns instead of everybody's. */
  private static final int WIDEST = 48;

  private final List<String[]> rows = new ArrayList<>();
  private final int[] widths;

  TextTable(String... header) {
    widths = new int[header.length];
    row((Object[]) header);
  }

  void row(Object... cells) {
    String[] row = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      row[i] = plain(String.valueOf(cells[i]));
      widths[i] = Math.max(widths[i], Math.min(WIDEST, row[i].length()));
    }
    rows.add(row);
  }

  void print(PrintStream out) {
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        line.append("  ").append(row[i]);
        line.append(" ".repeat(Math.max(0, widths[i] - row[i].length())));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static String plain(String text) {
    return text.codePoints()
        .map(point -> isHarmful(point) ? 0xFFFD : point)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isHarmful(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
