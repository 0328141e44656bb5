package io.sluice.benchmarks.quality;

import io.sluice.app.bench.Benchmark;
import io.sluice.processors.sanitize.TextSanitizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@code sluice bench sanitize-quality}. Logs of real systems are read from the directory that the
 * environment variable {@value #LOGS} names.
 */
public final class SanitizeQualityBenchmark implements Benchmark {

  private static final String LOGS = "SLUICE_BENCH_LOGS";
  private static final int CHANGED_SHOWN = 20;

  private final TextSanitizer sanitizer = TextSanitizer.shipped();

  @Override
  public String name() {
    return "sanitize-quality";
  }

  @Override
  public String description() {
    return "what the shipped rules find of generated secrets, and what they spoil in clean logs";
  }

  @Override
  public void run(PrintStream out) throws IOException {
    out.printf(
        "The shipped rules on generated text with known secrets. A secret is found when at most four"
            + " of its%ncharacters in a row are left. Rules are made with a look at the first half"
            + " only; the second is held out:%nother words, names, values and notations. Precision"
            + " is by what was put in a secret's place.%n");
    QualityReport report = new QualityReport(out);
    double ratio = 0;
    for (Split split : Split.values()) {
      Map<String, Score> scores = measure(split);
      scores.forEach((corpus, score) -> report.print(split, corpus, score));
      ratio = scores.getOrDefault(Notation.NAMED, new Score()).recall();
    }
    logs(out, report.figures());
    out.printf(
        Locale.ROOT, "sanitize-quality ratio=%.4f %s%n", ratio, String.join(" ", report.figures()));
  }

  private Map<String, Score> measure(Split split) {
    Map<String, Score> scores = new TreeMap<>();
    Stream.of(
            Vendors.samples(split),
            People.samples(split),
            HttpAndUrls.samples(split),
            Generic.inText(split),
            Generic.inAttributes(split),
            NearMisses.samples(split),
            Clean.lines(split))
        .flatMap(List::stream)
        .forEach(
            sample ->
                scores
                    .computeIfAbsent(sample.corpus(), unused -> new Score())
                    .add(sample, sanitized(sample)));
    return scores;
  }

  private String sanitized(Sample sample) {
    String key = sample.key();
    return key == null
        ? sanitizer.sanitize(sample.text())
        : sanitizer.sanitizeKeyed(key, sample.text());
  }

  private void logs(PrintStream out, List<String> figures) throws IOException {
    String directory = System.getenv(LOGS);
    if (directory == null) {
      out.printf("%nNo logs of real systems: set %s to a directory of them.%n", LOGS);
      return;
    }
    out.printf("%nlogs of real systems:%n");
    List<Path> files;
    try (Stream<Path> found = Files.walk(Path.of(directory))) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    long lines = 0;
    List<String> changes = new ArrayList<>();
    for (Path file : files) {
      int before = changes.size();
      // Bytes that are no UTF-8 stay what they are.
      List<String> all = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      for (String line : all) {
        String after = sanitizer.sanitize(line);
        if (!after.equals(line)) {
          changes.add(file.getFileName() + ": " + line + "  ->  " + after);
        }
      }
      lines += all.size();
      out.printf(
          "  %-30s %d of %d lines changed%n",
          file.getFileName(), changes.size() - before, all.size());
    }
    changes.stream().limit(CHANGED_SHOWN).forEach(change -> out.printf("    %s%n", change));
    figures.add("real_lines=" + lines);
    figures.add("real_changed=" + changes.size());
  }
}
