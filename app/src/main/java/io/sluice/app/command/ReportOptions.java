package io.sluice.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Option;

/** How a report is printed: tables with so many rows each, or JSON. */
final class ReportOptions {

  /** Whatever letters the terminal has. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Rows of each list. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(names = "--json", description = "One JSON object instead of tables.")
  private boolean json;

  ReportOptions(int limit) {
    this.limit = limit;
  }

  void check() {
    if (limit < 1) {
      throw new IllegalArgumentException("--limit: expected at least 1, got " + limit);
    }
  }

  int limit() {
    return limit;
  }

  boolean json() {
    return json;
  }

  static void print(Object report, PrintStream out) throws JsonProcessingException {
    out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report));
  }

  /** The first rows. */
  <T> List<T> limited(List<T> all) {
    return all.subList(0, Math.min(limit, all.size()));
  }

  /** Says how many rows are left out. */
  void more(List<?> all, PrintStream out) {
    if (all.size() > limit) {
      out.printf("  and %d more; --limit shows them%n", all.size() - limit);
    }
  }
}
