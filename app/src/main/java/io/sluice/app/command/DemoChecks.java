package io.sluice.app.command;

import io.sluice.app.runtime.LocalPipeline;
import io.sluice.demo.DemoSecrets;
import io.sluice.demo.DemoSecrets.Planted;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.sinks.search.LogEntry;
import io.sluice.sinks.search.LogQuery;
import io.sluice.sinks.search.SearchStore;
import io.sluice.sinks.search.TraceQuery;
import io.sluice.sinks.search.TraceSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What the demo promises, looked at from outside as a user would: joined traces, metrics, and no
 * secret anywhere but in the restricted topics.
 */
final class DemoChecks {

  /**
   * @param sentence what was checked, and what was found
   */
  record Result(boolean passed, String sentence) {}

  /** All of them together: so long a slow machine may take for what the shop sent last. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int SERVICES = 4;

  private final LocalPipeline pipeline;
  private final SearchStore store;
  private final Instant opened;
  private final List<String> neighbours;
  private final Instant deadline = Instant.now().plus(PATIENCE);

  /**
   * @param neighbours the services that were asked for
   */
  DemoChecks(LocalPipeline pipeline, Instant opened, List<String> neighbours) {
    this.neighbours = neighbours;
    this.pipeline = pipeline;
    this.store = pipeline.process().store().orElseThrow();
    this.opened = opened;
  }

  List<Result> run() throws InterruptedException {
    List<Result> results = new ArrayList<>();
    results.add(tracesAreJoined());
    results.add(isJoinedThroughKafka());
    for (String neighbour : neighbours) {
      results.add(isJoined(neighbour));
    }
    results.add(metricsAreThere());
    results.addAll(secrets());
    return results;
  }

  private Result tracesAreJoined() throws InterruptedException {
    boolean found =
        eventually(() -> widest().map(trace -> trace.services().size()).orElse(0) >= SERVICES);
    String detail =
        widest()
            .map(trace -> trace.traceId() + " over " + String.join(", ", trace.services()))
            .orElse("no trace at all");
    return new Result(found, "a trace joins at least " + SERVICES + " services: " + detail);
  }

  private Result isJoined(String neighbour) throws InterruptedException {
    boolean found =
        eventually(
            () -> {
              store.refresh();
              return store.traces(TraceQuery.all().ofService(neighbour)).traces().stream()
                  .anyMatch(trace -> trace.services().contains("frontend"));
            });
    return new Result(found, "a trace joins frontend and " + neighbour);
  }

  private Result isJoinedThroughKafka() throws InterruptedException {
    TraceQuery heard =
        new TraceQuery(
            "inventory",
            "process shop_orders",
            0,
            Long.MAX_VALUE,
            false,
            Map.of(),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            100,
            null);
    boolean found =
        eventually(
            () -> {
              store.refresh();
              return store.traces(heard).traces().stream()
                  .anyMatch(trace -> trace.services().contains("checkout"));
            });
    return new Result(found, "a trace goes through Kafka from checkout to inventory");
  }

  private Optional<TraceSummary> widest() {
    store.refresh();
    return store.traces(TraceQuery.all().ofService("checkout")).traces().stream()
        .filter(trace -> trace.startTimeUnixNano() / 1_000_000 >= opened.toEpochMilli())
        .max(Comparator.comparingInt(trace -> trace.services().size()));
  }

  private Result metricsAreThere() throws InterruptedException {
    List<String> wanted =
        List.of(
            "traces_spanmetrics_calls_total{",
            "traces_spanmetrics_latency_bucket{",
            "service=\"checkout\"");
    boolean found = eventually(() -> wanted.stream().allMatch(metrics()::contains));
    return new Result(found, "/metrics has the shop's request rate, errors and durations");
  }

  private List<Result> secrets() throws InterruptedException {
    List<Result> results = new ArrayList<>();
    List<String> literals = DemoSecrets.all().stream().map(Planted::literal).toList();
    for (Topic topic : Topics.all()) {
      if (!topic.restricted()) {
        TopicScan.Found found = TopicScan.of(pipeline.connection(), topic, literals);
        results.add(
            new Result(
                found.hits() == 0,
                "topic "
                    + topic.name()
                    + " has no secret in "
                    + found.records()
                    + " records"
                    + (found.hits() == 0 ? "" : ": found in " + found.hits())));
      }
    }
    results.add(absent("/metrics", metrics(), literals));
    results.add(
        absent(
            "the log of this process",
            read(pipeline.data().path().resolve("sluice.log")),
            literals));
    results.add(indexHasNoSecret(literals));
    results.add(linesAreThere());
    return results;
  }

  private static Result absent(String where, String text, List<String> literals) {
    long hits = literals.stream().filter(text::contains).count();
    return new Result(hits == 0, where + " has no secret" + (hits == 0 ? "" : ": " + hits));
  }

  /**
   * The index's files as they are on disk: stored fields are compressed, so the entries are read
   * too.
   */
  private Result indexHasNoSecret(List<String> literals) {
    long hits = hitsInFiles(pipeline.data().directory("search"), literals);
    List<LogEntry> entries =
        store
            .logs(new LogQuery("", null, null, 0, Long.MIN_VALUE, Long.MAX_VALUE, 1000, null))
            .entries();
    for (LogEntry entry : entries) {
      String text = entry.toString();
      hits += literals.stream().filter(text::contains).count();
    }
    return new Result(
        hits == 0, "the search index has no secret" + (hits == 0 ? "" : ": found " + hits));
  }

  private static long hitsInFiles(Path folder, List<String> literals) {
    long[] hits = {0};
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              byte[] read;
              try {
                read = Files.readAllBytes(file);
              } catch (NoSuchFileException gone) {
                return visitFileFailed(file, gone);
              }
              String bytes = new String(read, StandardCharsets.ISO_8859_1);
              hits[0] += literals.stream().filter(bytes::contains).count();
              return FileVisitResult.CONTINUE;
            }

            /** The index goes on: it merges its files into others. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure)
                throws IOException {
              if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw failure;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the search index", e);
    }
    return hits[0];
  }

  private Result linesAreThere() throws InterruptedException {
    List<String> markers =
        DemoSecrets.all().stream()
            .filter(planted -> planted.signal() == DemoSecrets.Signal.LOGS)
            .map(Planted::marker)
            .distinct()
            .toList();
    boolean found = eventually(() -> missing(markers).isEmpty());
    return new Result(
        found,
        "the lines that had secrets are found without them"
            + (found ? "" : ": missing " + missing(markers)));
  }

  private List<String> missing(List<String> markers) {
    store.refresh();
    return markers.stream()
        .filter(marker -> store.logs(LogQuery.matching('"' + marker + '"')).entries().isEmpty())
        .toList();
  }

  private String metrics() {
    int port = pipeline.process().prometheusSink().orElseThrow().port();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics")).build();
    try {
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Waits for it as long as the checks wait. Returns whether it came. */
  boolean eventually(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        return false;
      }
      Thread.sleep(200); // polls a condition of another part; tests wait by theirs
    }
    return true;
  }
}
