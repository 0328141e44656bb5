package io.sluice.processors.sanitize.logs;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.otlp.ByteRange;
import io.sluice.schemas.otlp.RecordRewriter;
import io.sluice.schemas.otlp.Slice;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives the log records of OTLP requests one shape, and counts what it does. A request in which
 * every record has it comes back as the same array. Reusable; not safe for use by several threads.
 */
public final class LogShaper {

  private final RecordShaper shaper;
  private final RecordRewriter rewriter = new RecordRewriter(this::shape);
  private final Map<LogChange, Long> counts = new EnumMap<>(LogChange.class);

  /**
   * @param parsesBodies whether JSON and logfmt bodies become attributes
   * @param maxBody longest body that does, in bytes: a longer one stays text, which can be cut
   * @param redacted tells what a redaction rule leaves, which may stand in a body where a number
   *     stood
   */
  public LogShaper(boolean parsesBodies, int maxBody, Redacted redacted) {
    this.shaper = new RecordShaper(parsesBodies, maxBody, redacted);
  }

  /**
   * Shapes one logs request.
   *
   * @return the same array when nothing changed
   * @throws InvalidInputException when it is no OTLP
   */
  public byte[] shape(byte[] request) {
    counts.clear();
    return rewriter.rewrite(request);
  }

  /** To how many records of the last request what happened; valid until the next. */
  public Map<LogChange, Long> counts() {
    return counts;
  }

  private @Nullable Slice shape(ByteRange record) {
    Slice shaped = shaper.shape(record);
    for (LogChange change : shaper.changes()) {
      counts.merge(change, 1L, Long::sum);
    }
    return shaped;
  }
}
