package io.sluice.app.sanitize;

import io.sluice.app.sanitize.LineBlocks.Block;
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
    LineBlocks blocks = new LineBlocks(new LineReader(in, LONGEST, out::flush));
    line = 1;
    for (Block block = blocks.next(); block != null; block = blocks.next()) {
      pass(block);
      line += block.lines();
    }
    out.flush();
  }

  private void pass(Block block) throws IOException {
    byte[] text = block.text();
    Report report = new Report(text);
    if (block.cut()) {
      out.problem(line, "longer than 1 MiB; the rest of it is left out");
      out.write(sanitizer.sanitizeBeginning(text, kept(text), report::of));
      out.write(CUT);
    } else {
      out.write(sanitizer.sanitize(text, report::of));
    }
    out.write(block.ending().getBytes(StandardCharsets.US_ASCII));
  }

  /** How much of a line that is cut goes out: whole characters, up to the margin. */
  private static int kept(byte[] line) {
    int kept = line.length - MARGIN;
    while (kept > 0 && (line[kept] & 0xc0) == 0x80) {
      kept--;
    }
    return kept;
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
