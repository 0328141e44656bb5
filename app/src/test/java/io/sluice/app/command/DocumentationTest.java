package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.command.SanitizeProcess.Ended;
import io.sluice.processors.sanitize.RuleExamples;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionKinds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What docs/sanitizing.md shows is so: blocks that say where they are from stand there, and
 * commands print what is shown below them, and rules pass their own examples.
 */
class DocumentationTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern FROM =
      Pattern.compile("<!-- from (\\S+) -->\n```\\w+\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CONSOLE =
      Pattern.compile("```console\\n\\$ (.*?)\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern RULES =
      Pattern.compile("```yaml\\n(kind: redaction-rules\\n)(.*?)```", Pattern.DOTALL);
  private static final Pattern COMMAND =
      Pattern.compile("printf '(.*)' \\| \\./sluice sanitize(.*?)( 2>&1 >/dev/null)?");

  /**
   * A block.
   *
   * @param head the file that it is from, or the command
   */
  record Block(String head, String text) {}

  static Stream<Block> quoted() {
    return blocks(FROM);
  }

  static Stream<Block> shown() {
    return blocks(CONSOLE);
  }

  @ParameterizedTest
  @MethodSource("quoted")
  void quotesFilesThatTheBuildCompilesAndRuns(Block block) throws Exception {
    List<String> file = stripped(Files.readString(ROOT.resolve(block.head())));
    List<String> quote = stripped(block.text());
    assertThat(Collections.indexOfSubList(file, quote))
        .as("the lines in " + block.head() + ":\\n" + block.text())
        .isNotNegative();
  }

  @ParameterizedTest
  @MethodSource("shown")
  void showsWhatCommandsPrint(Block block) throws Exception {
    Matcher command = COMMAND.matcher(block.head());
    assertThat(command.matches()).as(block.head()).isTrue();
    List<String> options = new ArrayList<>(List.of(command.group(2).trim().split(" +", -1)));
    options.removeIf(String::isEmpty);
    Ended ended = SanitizeProcess.run(command.group(1).replace("\\n", "\n"), options);
    assertThat(command.group(3) == null ? ended.output() : ended.errors()).isEqualTo(block.text());
  }

  static Stream<Block> rules() {
    return blocks(RULES);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void showsRulesThatDoWhatTheirExamplesSay(Block block) {
    DefinitionSet set =
        new DefinitionSet(
            DefinitionKinds.REDACTION_RULES,
            1L,
            0L,
            List.of(new DefinitionDocument("sanitizing.md", block.head() + block.text())));

    assertThat(RuleExamples.checked(set, true).rules()).isNotEmpty();
  }

  private static Stream<Block> blocks(Pattern pattern) {
    List<MatchResult> found = pattern.matcher(documentation()).results().toList();
    assertThat(found).isNotEmpty();
    return found.stream().map(block -> new Block(block.group(1), block.group(2)));
  }

  private static String documentation() {
    try {
      return Files.readString(ROOT.resolve("docs/sanitizing.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without indentation and without empty lines. */
  private static List<String> stripped(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}
