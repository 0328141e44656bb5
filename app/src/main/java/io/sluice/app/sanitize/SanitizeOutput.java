package io.sluice.app.sanitize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a filter writes: what passes, and beside it what was found and what was wrong. */
public final class SanitizeOutput {

  /** Who read the output wants no more of it. */
  public static final class ReaderGone extends IOException {
    private static final long serialVersionUID = 1L;

    ReaderGone(IOException cause) {
      super(cause);
    }
  }

  /** Whatever letters the terminal has. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final OutputStream out;
  private final PrintStream errors;
  private final boolean report;
  private boolean found;
  private boolean failed;

  /**
   * @param errors gets a sentence for each problem, or JSON lines when it reports
   * @param report whether findings are written too
   */
  public SanitizeOutput(OutputStream out, PrintStream errors, boolean report) {
    this.out = new BufferedOutputStream(out, 64 << 10);
    this.errors = errors;
    this.report = report;
  }

  void write(byte[] text) throws IOException {
    try {
      out.write(text);
    } catch (IOException e) {
      throw explained(e);
    }
  }

  void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw explained(e);
    }
    errors.flush();
  }

  /**
   * A finding.
   *
   * @param enforced whether it changed something
   * @param where it is, by name; never what
   */
  void found(long line, boolean enforced, Map<String, Object> where) {
    found |= enforced;
    if (report) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("line", line);
      json.putAll(where);
      json.put("mode", enforced ? "enforce" : "shadow");
      print(json);
    }
  }

  /** Something that is not right with the input; the rest of it is still read. */
  void problem(long line, String sentence) {
    if (report) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("line", line);
      json.put("problem", sentence);
      print(json);
    } else {
      errors.println("sluice: line " + line + ": " + sentence);
    }
  }

  /** As {@link #problem}, and nothing of the line passes. */
  void refused(long line, String sentence) {
    failed = true;
    problem(line, sentence);
  }

  public boolean hasFindings() {
    return found;
  }

  public boolean hasFailed() {
    return failed;
  }

  private void print(Map<String, Object> json) {
    try {
      errors.println(JSON.writeValueAsString(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and text are always JSON", e);
    }
  }

  private static IOException explained(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("Broken pipe") ? new ReaderGone(e) : e;
  }
}
