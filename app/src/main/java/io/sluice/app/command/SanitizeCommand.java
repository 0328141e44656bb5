package io.sluice.app.command;

import io.sluice.app.sanitize.Explanation;
import io.sluice.app.sanitize.LineFilter;
import io.sluice.app.sanitize.OtlpLineFilter;
import io.sluice.app.sanitize.SanitizeOutput;
import io.sluice.app.sanitize.SanitizeOutput.ReaderGone;
import io.sluice.processors.sanitize.OtlpSanitizer;
import io.sluice.processors.sanitize.RuleExamples;
import io.sluice.processors.sanitize.TextSanitizer;
import io.sluice.processors.sanitize.TokenKeys;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionFiles;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice sanitize}: a filter between two pipes, without Kafka. */
@Command(
    name = "sanitize",
    mixinStandardHelpOptions = true,
    description = {
      "Read lines from standard input and write them sanitized to standard output.",
      "Exit status 0; 3 when --fail-on-finding is given and something was found; 1 when something"
          + " was wrong."
    })
public final class SanitizeCommand implements Callable<Integer> {

  private static final int FOUND = 3;

  /** What a line is. */
  enum Format {
    TEXT,
    OTLP_JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Option(
      names = "--rules",
      paramLabel = "PATH",
      description =
          "Redaction rules, a file or a directory; without it, those that Sluice ships. Their"
              + " examples are run first.")
  private @Nullable Path rules;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "What a line is: ${COMPLETION-CANDIDATES}. OTLP/JSON are requests of logs, spans or"
              + " metrics, as the Collector's file exporter writes them. Default:"
              + " ${DEFAULT-VALUE}.")
  private Format format = Format.TEXT;

  @Option(
      names = "--report",
      description =
          "Write what was found as JSON lines to standard error: line, column or field, rule,"
              + " action; never the value.")
  private boolean report;

  @Option(
      names = "--explain",
      description =
          "Write below each line, sanitized, what every rule made of it: which looked, which"
              + " matched, which lost and why.")
  private boolean explain;

  @Option(
      names = "--fail-on-finding",
      description = "Exit with status 3 when something was found that rules in force changed.")
  private boolean failOnFinding;

  @Option(
      names = "--token-keys",
      paramLabel = "SOURCE",
      description =
          "Keys for rules that tokenize, file:PATH or env:NAME, as in"
              + " processors.sanitizer.tokenKeys; without it they redact.")
  private @Nullable String tokenKeys;

  @Override
  public Integer call() {
    if (explain && (report || failOnFinding || format != Format.TEXT)) {
      throw new IllegalArgumentException(
          "--explain is for text, and without --report and --fail-on-finding");
    }
    RedactionRules set = ruleSet();
    TokenKeys keys = TokenKeys.from(tokenKeys);
    SanitizeOutput out =
        new SanitizeOutput(new FileOutputStream(FileDescriptor.out), System.err, report);
    try {
      if (explain) {
        new Explanation(set, keys, out).run(System.in);
      } else if (format == Format.OTLP_JSON) {
        new OtlpLineFilter(OtlpSanitizer.of(set, keys), out).run(System.in);
      } else {
        new LineFilter(TextSanitizer.of(set, keys), out).run(System.in);
      }
    } catch (ReaderGone e) {
      // As any filter whose output is closed: head has what it wanted.
    } catch (IOException e) {
      throw new UncheckedIOException("the lines cannot be passed on", e);
    }
    if (out.hasFailed()) {
      return 1;
    }
    return failOnFinding && out.hasFindings() ? FOUND : 0;
  }

  private RedactionRules ruleSet() {
    if (rules == null) { // the build has run their examples
      return RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES));
    }
    DefinitionSet set = DefinitionFiles.read(rules, DefinitionKinds.REDACTION_RULES);
    return RuleExamples.checked(set, true);
  }
}
