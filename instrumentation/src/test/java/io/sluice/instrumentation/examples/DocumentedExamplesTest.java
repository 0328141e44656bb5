package io.sluice.instrumentation.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documentation shows is what is compiled here. */
class DocumentedExamplesTest {

  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void theChapterOnPropagationShowsTheseExamples() throws IOException {
    List<String> shown = examplesOf("## Context propagation");

    assertThat(shown).hasSizeGreaterThan(5);
    assertThat(shown).allSatisfy(block -> assertThat(compiled("Propagation")).contains(block));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "## HTTP",
        "## Metrics of the service itself",
        "## Databases, caches, pools, threads",
        "## Logs"
      })
  void theChaptersOnLibrariesShowTheseExamples(String chapter) throws IOException {
    List<String> shown = examplesOf(chapter);

    assertThat(shown).isNotEmpty();
    assertThat(shown).allSatisfy(block -> assertThat(compiled("Service")).contains(block));
  }

  private static String compiled(String examples) throws IOException {
    return spaced(
        Files.readString(
            Path.of(
                "src/test/java/io/sluice/instrumentation/examples/" + examples + "Examples.java")));
  }

  private static List<String> examplesOf(String chapter) throws IOException {
    return JAVA.matcher(chapter(chapter))
        .results()
        .map((MatchResult block) -> spaced(block.group(1)))
        .toList();
  }

  private static String chapter(String title) throws IOException {
    String page = Files.readString(Path.of("../docs/instrumentation.md"));
    int start = page.indexOf(title + "\n");
    assertThat(start).as(title).isNotNegative();
    int end = page.indexOf("\n## ", start);
    return page.substring(start, end < 0 ? page.length() : end);
  }

  /** Lines are broken as the page or the formatter likes. */
  private static String spaced(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
