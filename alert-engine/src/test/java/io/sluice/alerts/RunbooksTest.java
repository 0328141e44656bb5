package io.sluice.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every shipped alert has a runbook of the template, and what runbooks and rules name is there:
 * metrics, labels, pages, commands.
 */
class RunbooksTest {

  private static final Path ROOT = Path.of("..");
  private static final Path RUNBOOKS = ROOT.resolve("definitions/runbooks");
  private static final List<String> TEMPLATE =
      List.of(
          "## Meaning",
          "## Impact",
          "## First look",
          "## Causes, and how to tell each",
          "## Remedy",
          "## Escalation");

  private static final Pattern METER = Pattern.compile("\"(sluice\\.[a-z.]+)\"");
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:sluice|traces|cache|slo)[_:][a-z0-9_:]+)(\\{[^}]*})?");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");

  /** A statement that names labels: of a meter, or of a series of the alert engine. */
  private static final Pattern LABELLING =
      Pattern.compile(
          "\\b(?:tags?|counter|timer|gauge|summary|Tags?\\.of|builder|count|labels|labels\\.put)\\(");

  private static final Pattern GROUPING = Pattern.compile("\\bby \\(([a-z_, ]+)\\)");
  private static final Pattern SUFFIX =
      Pattern.compile("_(total|bucket|sum|count|max|seconds|bytes|records)$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");

  /** Names that a regular expression takes for metrics. */
  private static final Set<String> NO_METRICS =
      Set.of("slo:", "sluice_slo", "sluice_slo:", "sluice_group", "cache_name");

  static Stream<Path> runbooks() throws IOException {
    return files(RUNBOOKS, ".md");
  }

  static Stream<Path> rules() throws IOException {
    return files(ROOT.resolve("deploy/prometheus/rules"), ".yaml");
  }

  @Test
  void areThereForEveryShippedAlert() throws IOException {
    Set<String> alerts = new TreeSet<>(Set.of("ErrorBudgetBurn", "SliInputLate", "SliAbsent"));
    for (Path file : rules().toList()) {
      matches(Pattern.compile("alert: (\\w+)"), Files.readString(file))
          .forEach(alert -> alerts.add(alert.group(1)));
    }

    assertThat(alerts).hasSizeGreaterThan(10);
    assertThat(alerts)
        .allSatisfy(
            alert ->
                assertThat(ShippedDefinitions.runbook(alert))
                    .as("runbook of %s", alert)
                    .isNotNull());
  }

  /** Where receivers look for it. */
  @Test
  void areNamedByTheirAddressInTheRulesOfSluicesHealth() throws IOException {
    String rules = Files.readString(ROOT.resolve("deploy/prometheus/rules/sluice.yaml"));

    for (String rule : rules.split("- alert: ", -1)) {
      String alert = rule.lines().findFirst().orElse("");
      if (rule.contains("expr:")) {
        assertThat(rule.lines().map(String::strip))
            .as(alert)
            .contains("runbook_url: http://localhost:8080/#/runbooks/" + alert);
      }
    }
  }

  @Test
  void areThereForEveryShippedSlo() {
    for (Slo slo : Slos.of(ShippedDefinitions.of(DefinitionKinds.SLOS)).slos()) {
      assertThat(ShippedDefinitions.runbook(String.valueOf(slo.runbook())))
          .as("runbook of %s", slo.id())
          .isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("runbooks")
  void haveTheTemplateAndSayWhatTheyAreFor(Path runbook) throws IOException {
    String text = Files.readString(runbook);
    String name = runbook.getFileName().toString().replace(".md", "");

    assertThat(text.lines().filter(line -> line.startsWith("## "))).isEqualTo(TEMPLATE);
    assertThat(text).startsWith("---\n");
    String front = text.substring(4, text.indexOf("\n---\n", 4));
    assertThat(front).as("front matter").contains(name).containsPattern("(alerts|slos): \\[");
  }

  @ParameterizedTest
  @MethodSource({"runbooks", "rules"})
  void nameOnlyMetricsThatAreThere(Path file) throws IOException {
    Set<String> known = metrics();

    for (MatchResult found : matches(METRIC, Files.readString(file))) {
      String name = found.group(1);
      if (!NO_METRICS.contains(name) && !isStage(name)) {
        assertThat(known).as("%s in %s", name, file).contains(base(name));
      }
    }
  }

  @ParameterizedTest
  @MethodSource({"runbooks", "rules"})
  void nameOnlyLabelsThatAreThere(Path file) throws IOException {
    String text = Files.readString(file);
    Set<String> labels = new HashSet<>();
    for (MatchResult found : matches(METRIC, text)) {
      String selector = found.group(2);
      if (selector != null) {
        matches(LABEL, selector.replaceAll("\"[^\"]*\"", "")).forEach(m -> labels.add(m.group(1)));
      }
    }
    for (MatchResult grouping : matches(GROUPING, text)) {
      labels.addAll(List.of(grouping.group(1).split(", ?")));
    }

    assertThat(labels()).as("labels in %s", file).containsAll(labels);
  }

  @ParameterizedTest
  @MethodSource("runbooks")
  void linkOnlyToWhatIsThere(Path runbook) throws IOException {
    for (MatchResult link : matches(LINK, Files.readString(runbook))) {
      String target = link.group(1);
      assertThat(target).as("a link in %s", runbook).doesNotContain("://");
      assertThat(runbook.resolveSibling(target)).as("a link in %s", runbook).exists();
    }
    Pattern command = Pattern.compile("`\\./sluice ([a-z-]+)");
    for (MatchResult found : matches(command, Files.readString(runbook))) {
      assertThat(sources()).contains("name = \"" + found.group(1) + "\"");
    }
  }

  /** Names without what the kind of a metric adds to them. */
  private static Set<String> metrics() throws IOException {
    Set<String> known = new HashSet<>();
    for (MatchResult meter : matches(METER, sources())) {
      known.add(base(meter.group(1).replace('.', '_')));
    }
    for (MatchResult row :
        matches(
            Pattern.compile("(?m)^\\| `([a-z_]+)` \\|"),
            Files.readString(ROOT.resolve("docs/metrics.md")))) {
      known.add(base(row.group(1)));
    }
    matches(Pattern.compile("\"(slo:[a-z_:]+|sluice_slo_[a-z_]+)\""), sources())
        .forEach(name -> known.add(base(name.group(1))));
    // With the window behind it.
    for (String window :
        Files.readString(ROOT.resolve("deploy/prometheus/rules/slos.yaml")).split("record: ", -1)) {
      known.add(base(window.lines().findFirst().orElse("").strip()));
    }
    return known;
  }

  /** Labels of the catalogue, and what stands where the code makes meters and series. */
  private static Set<String> labels() throws IOException {
    Set<String> labels = new HashSet<>(Set.of("le", "service", "sluice_slo", "sluice_group"));
    for (String row : Files.readString(ROOT.resolve("docs/metrics.md")).lines().toList()) {
      if (row.startsWith("| `")) {
        matches(Pattern.compile("`([a-z_]+)`"), row).forEach(m -> labels.add(m.group(1)));
      }
    }
    for (String statement : sources().split(";|\\{\\n", -1)) {
      if (LABELLING.matcher(statement).find()) {
        matches(Pattern.compile("\"([a-z_]+)\""), statement).forEach(m -> labels.add(m.group(1)));
      }
    }
    return labels;
  }

  @Test
  void noOtherTextOfTheCodeIsTakenForALabel() throws IOException {
    assertThat(labels()).contains("stage", "outcome", "receiver", "sloth_slo", "status_code");
    assertThat(labels()).doesNotContain("apply", "page", "yaml", "path", "cluster");
    assertThat(labels()).hasSizeLessThan(150);
  }

  private static String base(String metric) {
    String name = metric;
    for (int i = 0; i < 3; i++) {
      name = SUFFIX.matcher(name).replaceFirst("");
    }
    return name.toLowerCase(Locale.ROOT);
  }

  /** A word about a topic or a family, such as {@code sluice_stage}. */
  private static boolean isStage(String name) {
    return Set.of("sluice_stage", "sluice_ingest", "sluice_sanitizer").contains(name);
  }

  private static @Nullable String sources;

  private static String sources() {
    String read = sources;
    if (read == null) {
      try (Stream<Path> all = Files.walk(ROOT)) {
        StringBuilder text = new StringBuilder();
        for (Path file :
            all.filter(path -> path.toString().contains("/src/main/java/"))
                .filter(path -> path.toString().endsWith(".java"))
                .toList()) {
          text.append(Files.readString(file));
        }
        read = text.toString();
        sources = read;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return read;
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    List<MatchResult> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.toMatchResult());
    }
    return found;
  }

  private static Stream<Path> files(Path directory, String ending) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(ending)).toList().stream();
    }
  }
}
