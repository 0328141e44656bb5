package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index is the measure: what it finds, the filter lets through, and nothing else. */
class LogFilterTest {

  private static final List<LogEntry> LINES =
      List.of(
          line("a", 9, "Charging card [card] for order-7 at shop.example.com", Map.of("k", "v")),
          line("b", 17, "card was refused: \u00c4rger", Map.of("k", "value", "a=b", "c=d")),
          line("c", 0, "", Map.of()),
          line("d", 13, "card " + "x".repeat(600), Map.of("long", "y".repeat(3000))),
          line("e", 21, "ORDER 7 order", Map.of("severity", "x")));

  private static final List<String> QUERIES =
      List.of(
          "",
          "card",
          "CARD",
          "\"charging card\"",
          "\"card charging\"",
          "card -refused",
          "-card",
          "ord*",
          "order-7",
          "shop.example.com",
          "example",
          "\u00e4rger",
          "-",
          "- -",
          "--",
          "k:v",
          "k:val*",
          "-k:v",
          "a:b=c=d",
          "severity:warn",
          "-severity:error",
          "service:b",
          "service:*",
          "trace:" + "0a".repeat(16),
          "trace:0a*",
          "span:zz",
          "k:",
          ":v",
          "*",
          "x*",
          "long:y*",
          "order 7",
          "\"\"",
          "nowhere");

  @TempDir private Path directory;

  @Test
  void letsThroughWhatTheIndexFinds() {
    try (LuceneStore store = LuceneStore.open(directory)) {
      LINES.forEach(store::put);
      store.refresh();
      for (String text : QUERIES) {
        LogFilter filter = new LogFilter(LogQuery.matching(text));
        assertThat(LINES.stream().filter(filter::matches).map(LogEntry::id))
            .as(text)
            .containsExactlyInAnyOrderElementsOf(
                store.logs(LogQuery.matching(text)).entries().stream().map(LogEntry::id).toList());
      }
      LogQuery narrow = new LogQuery("card", "b", "0a".repeat(16), 13, 1, 2, 10, null);
      assertThat(LINES.stream().filter(new LogFilter(narrow)::matches)).hasSize(1);
    }
  }

  @Test
  void refusesWhatTheIndexRefuses() {
    for (String text : List.of("\"open", "severity:loud", "x ".repeat(40), "x".repeat(2001))) {
      assertThatThrownBy(() -> new LogFilter(LogQuery.matching(text)))
          .isInstanceOf(InvalidQueryException.class);
    }
  }

  private static LogEntry line(
      String id, int severity, String body, Map<String, String> attributes) {
    return new LogEntry(
        id, 1, id, severity, "", body, "0a".repeat(16), "0b".repeat(8), attributes, Map.of());
  }
}
