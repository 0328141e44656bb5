package io.sluice.app.sanitize;

import io.sluice.app.sanitize.LineReader.Line;
import io.sluice.processors.sanitize.Finding;
import io.sluice.processors.sanitize.TextSanitizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sanitizes lines of any text. A line is looked at by itself, or with those around it when a
 * private key is broken over them. What is clean passes byte for byte, with its own line ending.
 */
public final class LineFilter {

  /** The longest line that passes whole. */
  static final int LONGEST = 1 << 20;

  /**
   * Of a longer line so much of the end of what is looked at stays out, so that no secret that is
   * shorter is cut in two, of which the first half would look harmless.
   */
  static final int MARGIN = 64 << 10;

  private static final byte[] CUT =
      "…[sluice: the rest of this line is left out, it is longer than 1 MiB]"
          .getBytes(StandardCharsets.UTF_8);

  private final TextSanitizer sanitizer;
  private final SanitizeOutput out;
  private long line;

  public LineFilter(TextSanitizer sanitizer, SanitizeOutput out) {
    this.sanitizer = sanitizer;
    this.out = out;
  }

  /** Until the end of the input, or until nobody reads the output any more. */
  public void run(InputStream in) throws IOException {
    LineReader reader = new LineReader(in, LONGEST, out::flush);
    Line next = reader.next();
    while (next != null) {
      if (!next.cut() && KeyBlock.begins(next.bytes())) {
        next = block(next, reader);
      } else {
        line++;
        single(next);
        next = reader.next();
      }
    }
    out.flush();
  }

  private void single(Line next) throws IOException {
    Report report = new Report(next.bytes());
    if (next.cut()) {
      out.problem(line, "longer than 1 MiB; the rest of it is left out");
      out.write(sanitizer.sanitizeBeginning(next.bytes(), kept(next.bytes()), report::of));
      out.write(CUT);
    } else {
      out.write(sanitizer.sanitize(next.bytes(), report::of));
    }
    out.write(next.ending().getBytes(StandardCharsets.US_ASCII));
  }

  /** How much of a line that is cut goes out: whole characters, up to the margin. */
  private static int kept(byte[] line) {
    int kept = line.length - MARGIN;
    while (kept > 0 && (line[kept] & 0xc0) == 0x80) {
      kept--;
    }
    return kept;
  }

  /** Takes the lines of a key; gives back the line behind them. */
  private @Nullable Line block(Line first, LineReader reader) throws IOException {
    KeyBlock block = new KeyBlock();
    block.add(first.bytes(), first.ending());
    long lines = 1;
    Line next = reader.next();
    while (next != null && !next.cut() && block.takes(next.bytes())) {
      block.add(next.bytes(), next.ending());
      lines++;
      next = reader.next();
    }
    line++;
    byte[] text = block.text();
    out.write(sanitizer.sanitize(text, new Report(text)::of));
    line += lines - 1;
    return next;
  }

  /** Findings in one text, whose first line is the one that is being read. */
  private final class Report {

    private final byte[] text;
    private @Nullable Positions positions;

    Report(byte[] text) {
      this.text = text;
    }

    void of(Finding finding) {
      if (positions == null) {
        positions = new Positions(text);
      }
      Map<String, Object> where = new LinkedHashMap<>();
      where.put("column", positions.column(finding.start()));
      where.put("rule", finding.ruleId());
      where.put("action", finding.action().name());
      out.found(line + positions.line(finding.start()), finding.enforced(), where);
    }
  }
}
