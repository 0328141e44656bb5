package io.sluice.app.sanitize;

import io.sluice.app.sanitize.LineReader.Line;
import io.sluice.ingest.OtlpJsonCodec;
import io.sluice.ingest.OtlpJsonCodec.Request;
import io.sluice.processors.sanitize.FieldFinding;
import io.sluice.processors.sanitize.OtlpSanitizer;
import io.sluice.schemas.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sanitizes requests of OTLP/JSON, one on a line. Each is written anew, so that nothing passes that
 * was not looked at; of a line that is none, nothing passes.
 */
public final class OtlpLineFilter {

  /** The longest line that is read. */
  static final int LONGEST = 16 << 20;

  private static final int MAX_DEPTH = 160;

  private final OtlpJsonCodec codec = new OtlpJsonCodec(MAX_DEPTH);
  private final OtlpSanitizer sanitizer;
  private final SanitizeOutput out;

  public OtlpLineFilter(OtlpSanitizer sanitizer, SanitizeOutput out) {
    this.sanitizer = sanitizer;
    this.out = out;
  }

  /** Until the end of the input, or until nobody reads the output any more. */
  public void run(InputStream in) throws IOException {
    LineReader reader = new LineReader(in, LONGEST, out::flush);
    long number = 0;
    for (Line line = reader.next(); line != null; line = reader.next()) {
      number++;
      if (line.cut()) {
        out.refused(number, "longer than 16 MiB; nothing of it passes");
      } else if (isBlank(line.bytes())) {
        out.write(line.ending().getBytes(StandardCharsets.US_ASCII));
      } else {
        pass(number, line);
      }
    }
    out.flush();
  }

  private void pass(long number, Line line) throws IOException {
    byte[] sanitized;
    try {
      Request request = codec.read(line.bytes());
      byte[] clean =
          sanitizer.sanitize(
              request.signal(), request.protobuf(), finding -> report(number, finding));
      sanitized = codec.write(new Request(request.signal(), clean));
    } catch (InvalidInputException e) {
      String sentence = String.valueOf(e.getMessage()).replace("(line 1, ", "(");
      out.refused(number, sentence + "; nothing of it passes");
      return;
    }
    out.write(sanitized);
    out.write(line.ending().getBytes(StandardCharsets.US_ASCII));
  }

  private void report(long number, FieldFinding finding) {
    Map<String, Object> where = new LinkedHashMap<>();
    where.put("field", finding.fieldPath());
    where.put("count", finding.count());
    where.put("rule", finding.ruleId());
    where.put("action", finding.action().name());
    out.found(number, finding.enforced(), where);
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
