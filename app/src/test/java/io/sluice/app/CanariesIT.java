package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.app.canaries.Canaries;
import io.sluice.app.canaries.Canary;
import io.sluice.app.canaries.Door;
import io.sluice.app.canaries.Doors;
import io.sluice.app.canaries.Doors.Reply;
import io.sluice.app.canaries.Planting;
import io.sluice.app.canaries.Search;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Signal;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends unique secrets into a running Sluice by every door and down every path that fails, and then
 * searches all that it stores and shows. None may be found outside of what is restricted. That the
 * search can find is shown by the secrets in the restricted topics, each of which must be there,
 * and by a harmless marker, which must be found in every other place.
 */
class CanariesIT {

  private static final long SEED = 20_261_126;
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final Canary MARKER =
      new Canary("marker", "harmless-marker-of-a-stork", List.of("harmless-marker-of-a-stork"));

  private static final Map<Signal, Descriptor> REQUESTS =
      Map.of(
          Signal.LOGS, ExportLogsServiceRequest.getDescriptor(),
          Signal.SPANS, ExportTraceServiceRequest.getDescriptor(),
          Signal.METRICS, ExportMetricsServiceRequest.getDescriptor());

  /** Topics whose readers write a dead letter for what they cannot read. */
  private static final List<Topic> READ =
      List.of(
          Topics.RAW_LOGS,
          Topics.RAW_SPANS,
          Topics.RAW_METRICS,
          Topics.LOGS,
          Topics.SPANS,
          Topics.TRACES,
          Topics.SERIES,
          Topics.SLIS);

  /** Topics that only the console and the command read. */
  private static final List<Topic> SHOWN =
      List.of(
          Topics.METRICS,
          Topics.STATEMENTS,
          Topics.ALERTS,
          Topics.ALERT_HISTORY,
          Topics.BUDGETS,
          Topics.BACKFILLS,
          Topics.REDACTIONS,
          Topics.DEFINITIONS);

  @TempDir private Path directory;
  @TempDir private Path elsewhere;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Canaries canaries = new Canaries(SEED);
  private final Search search = new Search();

  /** Which must be in a restricted place, where they were sent or in a dead letter. */
  private final Set<Canary> accepted = new TreeSet<>(Comparator.comparing(Canary::id));

  /** Which others wrote into a topic that is not restricted, and may be there. */
  private final Map<Canary, String> poison = new HashMap<>();

  /** Answers to those who sent or asked, who are shown none of it either. */
  private final Map<String, String> answers = new TreeMap<>();

  @Test
  void noSecretIsFoundOutsideOfWhatIsRestrictedHoweverItCameIn() throws Exception {
    try (SluiceCommand sluice = start()) {
      String kafka = sluice.address("Kafka");
      try (Doors doors =
          new Doors(sluice.address("OTLP/gRPC"), sluice.address("OTLP/HTTP"), kafka)) {
        sendEveryField(doors);
        sendBesideTheValue(doors);
        sendNames(doors);
        sendWhatIsRefused(doors);
        sendPoison(doors);
        sendBrokenDefinitions(doors);
        ask(sluice);
        sendMarker(doors);
      }
      search.add(canaries.made());
      search.add(List.of(MARKER));
      awaitMarker(sluice);
      awaitDeadLetters(kafka);
      useTheCommand(kafka);

      searchPages(sluice);
      search.topics(kafka);
      sluice.stop();
    }
    Path data = directory.resolve("data");
    search.stores(data.resolve("streams"));
    search.index(data.resolve("search"));
    search.files(directory);
    answers.forEach(search::text);

    assertThat(canaries.made()).as(canaries.summary()).hasSizeGreaterThan(1000);
    assertTheSearchFinds();
    assertThat(leaks()).isEmpty();
  }

  private SluiceCommand start() {
    SluiceCommand sluice =
        SluiceCommand.start(
            directory,
            "up",
            "--data",
            directory.resolve("data").toString(),
            "--set",
            "topics.partitions=1");
    sluice.awaitOutput("Stop with");
    return sluice;
  }

  private void sendEveryField(Doors doors) {
    Planting planting = new Planting(canaries, MARKER.text());
    REQUESTS.forEach(
        (signal, type) -> {
          for (Door door : Door.values()) {
            List<Message> requests = new ArrayList<>(planting.texts(type));
            requests.addAll(planting.keyed(type));
            requests.forEach(request -> doors.send(door, signal, request));
          }
        });
    accepted.addAll(canaries.made());
  }

  /** Keys and headers of records, which anything may write. */
  private void sendBesideTheValue(Doors doors) {
    for (Signal signal : Signal.values()) {
      Canary state = accepted(canaries.keyed());
      doors.kafka(
          Doors.topic(signal).name(),
          utf8(accepted(canaries.text()).text()),
          harmless(signal),
          Doors.header("authorization", accepted(canaries.text()).text()),
          Doors.header(accepted(canaries.line()).text(), "x"),
          Doors.header("traceparent", SAMPLED),
          Doors.header("tracestate", "shop=Bearer " + state.text()),
          Doors.header("sluice.service", accepted(canaries.text()).text()));
    }
  }

  /** Names become labels of metrics and terms of the index. */
  private void sendNames(Doors doors) {
    for (int i = 1; i <= 30; i++) {
      Canary service = accepted(canaries.text());
      Canary name = accepted(canaries.text());
      doors.kafka(
          Topics.RAW_SPANS.name(),
          null,
          Telemetry.service("shop " + service.text())
              .span("GET " + name.text())
              .trace(Telemetry.traceId(1_000_000 + i))
              .start(Instant.now())
              .error(accepted(canaries.text()).text())
              .toRequestBytes());
      doors.kafka(
          Topics.RAW_LOGS.name(),
          null,
          Telemetry.service("shop " + accepted(canaries.text()).text())
              .log("x")
              .at(Instant.now())
              .toRequestBytes());
    }
  }

  private void sendWhatIsRefused(Doors doors) {
    for (Signal signal : Signal.values()) {
      String path = Doors.httpPath(signal);
      refused(text -> doors.http(path, utf8(text), Doors.protobuf()));
      refused(text -> doors.http(path, utf8(text), Doors.json()));
      refused(text -> doors.http(path, utf8("{\"resourceLogs\": [" + text), Doors.json()));
      refused(text -> doors.http(path, utf8("{\"" + text + "\": {"), Doors.json()));
      refused(
          text ->
              doors.http(
                  path,
                  utf8(
                      ("{'resourceLogs':[{'scopeLogs':[{'logRecords':[{'timeUnixNano':'%1$s'}]}]}],"
                              + "'resourceSpans':[{'scopeSpans':[{'spans':[{'traceId':'%1$s'}]}]}],"
                              + "'resourceMetrics':[{'scopeMetrics':[{'metrics':[{'gauge':'%1$s'}]}]}]}")
                          .replace('\'', '"')
                          .formatted(text)),
                  Doors.json()));
      refused(
          text ->
              doors.http(
                  path,
                  utf8(text),
                  Map.of("content-type", "application/json", "content-encoding", "gzip")));
      refused(
          text ->
              doors.http(
                  path,
                  Doors.half(Doors.gzip(utf8("{\"" + text + "\": 1}"))),
                  Map.of("content-type", "application/json", "content-encoding", "gzip")));
      refused(text -> doors.http(path, new byte[0], Map.of("content-type", text)));
      refused(
          text ->
              doors.http(
                  path,
                  new byte[0],
                  Map.of("content-type", "application/json", "content-encoding", text)));
      refused(text -> doors.http(path, large(text), Doors.protobuf()));
      refused(
          text ->
              doors.http(
                  path,
                  Doors.gzip(large(text)),
                  Map.of("content-type", "application/json", "content-encoding", "gzip")));
      refused(text -> doors.http("/v2/" + text, harmless(signal), Doors.protobuf()));
      refused(text -> doors.grpc(Doors.grpcPath(signal), null, Doors.frame(0, utf8(text))));
      refused(text -> doors.grpc(Doors.grpcPath(signal), "gzip", Doors.frame(1, utf8(text))));
      refused(text -> doors.grpc(Doors.grpcPath(signal), text, Doors.frame(1, utf8(text))));
      refused(text -> doors.grpc(Doors.grpcPath(signal), null, utf8(text)));
      refused(text -> doors.grpc("/" + text + "/Export", null, Doors.frame(0, new byte[0])));
      // Taken, with the secret beside it.
      answered(
          text ->
              doors.http(
                  path + "?token=" + text,
                  harmless(signal),
                  Map.of("content-type", "application/x-protobuf", "authorization", text)));
    }
    refused(text -> doors.http("/v1/logs", attributes(129, text), Doors.protobuf()));
    refused(
        text -> doors.http("/v1/logs", attributes(1, "x".repeat(70_000) + text), Doors.protobuf()));
    refused(text -> doors.http("/v1/logs", nested(40, text), Doors.protobuf()));
  }

  /** What nothing can read, on every topic. */
  private void sendPoison(Doors doors) {
    for (Topic topic : READ) {
      for (byte[] start : starts(topic)) {
        Canary canary = accepted(poison(topic));
        doors.kafka(
            topic.name(),
            utf8(accepted(poison(topic)).text()),
            join(start, utf8(canary.text())),
            Doors.header("x-token", accepted(poison(topic)).text()));
      }
    }
    doors.kafka(Topics.RAW_LOGS.name(), null, nested(500, accepted(canaries.text()).text()));
    for (Topic topic : SHOWN) {
      for (byte[] start : starts(topic)) {
        doors.kafka(topic.name(), utf8("x"), join(start, utf8(poison(topic).text())));
      }
    }
  }

  /** Garbage, and what begins as it should. */
  private static List<byte[]> starts(Topic topic) {
    byte[] tooLong = {0x0a, (byte) 0xff, (byte) 0xff, 0x7f};
    Schema schema = avro(topic);
    return schema == null
        ? List.of(new byte[0], tooLong)
        : List.of(new byte[0], tooLong, header(schema));
  }

  private static @Nullable Schema avro(Topic topic) {
    String name = topic.value().replace(" (Avro)", "");
    try {
      return topic.value().endsWith("(Avro)")
          ? (Schema)
              Class.forName("io.sluice.schemas." + name).getMethod("getClassSchema").invoke(null)
          : null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no record " + name, e);
    }
  }

  /** Of Avro's single-object encoding. */
  private static byte[] header(Schema schema) {
    long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    return ByteBuffer.allocate(10)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0xc3)
        .put((byte) 1)
        .putLong(fingerprint)
        .array();
  }

  /** Rules that no stage can use, written past the command that would have refused them. */
  private void sendBrokenDefinitions(Doors doors) {
    AvroSerde<DefinitionSet> serde = AvroSerde.of(DefinitionSet.getClassSchema());
    DefinitionSet set =
        new DefinitionSet(
            "redaction-rules",
            7L,
            0L,
            List.of(
                new DefinitionDocument("broken.yaml", brokenRules(poison(Topics.DEFINITIONS))),
                new DefinitionDocument("syntax.yaml", brokenYaml(poison(Topics.DEFINITIONS)))));
    doors.kafka(Topics.DEFINITIONS.name(), utf8("redaction-rules"), serde.encode(set));
  }

  private static String brokenRules(Canary canary) {
    return """
        kind: redaction-rules
        family: broken
        rules:
          - id: 'broken %1$s'
            detector: '%1$s'
            action: '%1$s'
            '%1$s': unknown
            pattern: '(%1$s'
            keywords: ['%1$s', 'x']
            examples: {positive: ['%1$s'], negative: ['%1$s']}
        """
        .formatted(canary.text().replace("'", "''").replace("\n", " "));
  }

  /**
   * Whose secrets stand where some may: a name or word that is not known is told to the one who
   * wrote it, as it was written.
   */
  private static String rulesThatFail(Canary canary) {
    return """
        kind: redaction-rules
        family: broken
        rules:
          - id: broken.rule
            description: 'finds %1$s'
            detector: pattern
            action: mend
            pattern: 'mended'
            keywords: ['%1$s']
            placeholder: '%1$s'
            examples: {positive: ['%1$s'], negative: ['%1$s']}
        """
        .formatted(canary.text());
  }

  private static String brokenYaml(Canary canary) {
    return "kind: redaction-rules\nrules: [{id: \"" + canary.text().replace('"', ' ');
  }

  private void ask(SluiceCommand sluice) {
    String console = sluice.address("console");
    String metrics = sluice.address("metrics");
    for (String path :
        List.of(
            "/api/v1/logs?q=%s",
            "/api/v1/logs?q=service:%s",
            "/api/v1/logs?q=(%s",
            "/api/v1/logs?cursor=%s",
            "/api/v1/logs?severity=%s",
            "/api/v1/logs?from=%s",
            "/api/v1/logs?limit=%s",
            "/api/v1/logs?trace=%s",
            "/api/v1/logs?service=%s",
            "/api/v1/traces?tag=%s",
            "/api/v1/traces?minDuration=%s",
            "/api/v1/traces?operation=%s&service=x",
            "/api/v1/traces/%s",
            "/api/v1/operations?service=%s",
            "/api/v1/slos/%s",
            "/api/v1/alerts/%s",
            "/api/v1/alerts?state=%s",
            "/api/v1/runbooks/%s",
            "/api/v1/redactions?rule=%s",
            "/api/v1/%s",
            "/%s")) {
      Canary canary = canaries.text();
      String query = URLEncoder.encode(canary.text(), StandardCharsets.UTF_8).replace("+", "%20");
      answers.put("answer to " + path, get(console + path.replace("%s", query)));
    }
    Canary canary = canaries.line();
    answers.put("answer of the metrics page", get(metrics + "?name=" + canary.text()));
  }

  private void sendMarker(Doors doors) {
    for (Signal signal : Signal.values()) {
      doors.kafka(Doors.topic(signal).name(), null, harmless(signal));
    }
  }

  /** With one partition, what came before the last has been through when the last has. */
  private void awaitMarker(SluiceCommand sluice) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              String query = "?limit=1&service=" + MARKER.text() + "-last";
              assertThat(sluice.api("/api/v1/logs" + query).get("logs")).isNotEmpty();
              assertThat(sluice.api("/api/v1/traces" + query).get("traces")).isNotEmpty();
              assertThat(sluice.get(sluice.address("metrics"))).contains(MARKER.text() + "-last");
              assertThat(Files.readString(directory.resolve("data/sluice.log")))
                  .contains("redaction rules of version 7 cannot be used");
            });
  }

  private void awaitDeadLetters(String kafka) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              search.topic(kafka, Topics.DEAD_LETTERS.name());
              assertThat(poison.keySet())
                  .filteredOn(accepted::contains)
                  .allMatch(canary -> search.places(canary).contains(Search.RESTRICTED));
            });
  }

  private void useTheCommand(String kafka) throws Exception {
    Path bad = Files.createDirectory(elsewhere.resolve("bad"));
    Files.writeString(bad.resolve("rules.yaml"), rulesThatFail(lineBefore()));
    Files.writeString(bad.resolve("syntax.yaml"), brokenYaml(lineBefore()));
    answers.put("output of apply", run(kafka, 1, "apply", "-f", bad.toString()));
    String letters = run(kafka, 0, "dead-letters", "list");
    answers.put("output of dead-letters list", letters);
    String id =
        letters
            .lines()
            .filter(line -> line.contains("sanitizer") && line.contains("MALFORMED"))
            .findFirst()
            .orElseThrow()
            .split(" ", 2)[0];
    answers.put("output of dead-letters redrive", run(kafka, 0, "dead-letters", "redrive", id));
  }

  /** Known to the search already. */
  private Canary lineBefore() {
    Canary canary = canaries.line();
    search.add(List.of(canary));
    return canary;
  }

  private String run(String kafka, int status, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--set", "kafka.bootstrapServers=" + kafka));
    try (SluiceCommand command = SluiceCommand.run(elsewhere, all.toArray(String[]::new))) {
      assertThat(command.awaitExit(PATIENCE)).as(String.join(" ", arguments)).isEqualTo(status);
      return command.output();
    }
  }

  private void searchPages(SluiceCommand sluice) throws Exception {
    String cursor = "";
    while (cursor != null) {
      String page = sluice.get(sluice.address("console") + "/api/v1/logs?limit=1000" + cursor);
      search.text("page of logs", page);
      JsonNode next = sluice.json(page).path("nextCursor");
      cursor = next.isTextual() ? "&cursor=" + encoded(next.asText()) : null;
    }
    JsonNode traces = sluice.api("/api/v1/traces?limit=1000");
    search.text("page of traces", traces.toString());
    for (JsonNode trace : traces.get("traces")) {
      search.text(
          "page of a trace",
          sluice.api("/api/v1/traces/" + trace.get("traceId").asText()).toString());
    }
    JsonNode services = sluice.api("/api/v1/services");
    search.text("page of services", services.toString());
    for (JsonNode service : services.get("services")) {
      String path = "/api/v1/operations?service=" + encoded(service.asText());
      search.text("page of operations", get(sluice.address("console") + path));
    }
    for (String page :
        List.of(
            "slos",
            "alerts",
            "pipeline",
            "dead-letters?limit=1000",
            "redactions",
            "statements",
            "cardinality")) {
      search.text("page of " + page, get(sluice.address("console") + "/api/v1/" + page));
    }
    search.text("page of health", get(sluice.address("console") + "/health/ready"));
    search.text("metrics", sluice.get(sluice.address("metrics")));
  }

  private void assertTheSearchFinds() {
    assertThat(accepted)
        .as("sent, and in a restricted topic")
        .allMatch(canary -> search.places(canary).contains(Search.RESTRICTED));
    assertThat(search.places(MARKER))
        .as("where the harmless marker is found")
        .contains(
            Search.RESTRICTED,
            "topic sluice.logs",
            "topic sluice.spans",
            "topic sluice.metrics",
            "topic sluice.traces",
            "topic sluice.series",
            "stores",
            "index",
            "metrics",
            "page of logs",
            "page of traces",
            "page of a trace",
            "page of services",
            "page of operations")
        .anyMatch(place -> place.startsWith("file data/kafka"))
        .anyMatch(place -> place.startsWith("file data/streams"))
        .anyMatch(place -> place.startsWith("file data/search"));
    assertThat(poison)
        .allSatisfy(
            (canary, topic) -> assertThat(search.places(canary)).contains("topic " + topic));
  }

  /** Where each was found that it may not be. */
  private Map<String, Set<String>> leaks() {
    Map<String, Set<String>> leaks = new TreeMap<>();
    for (Canary canary : canaries.made()) {
      Set<String> places = new TreeSet<>(search.places(canary));
      places.remove(Search.RESTRICTED);
      String home = poison.get(canary);
      if (home != null) {
        places.removeIf(
            place -> place.equals("topic " + home) || place.contains("kafka/" + home + "-0/"));
      }
      if (!places.isEmpty()) {
        leaks.put(canary.id(), places);
      }
    }
    return leaks;
  }

  private Canary accepted(Canary canary) {
    accepted.add(canary);
    return canary;
  }

  private Canary poison(Topic topic) {
    Canary canary = canaries.text();
    if (!topic.restricted()) {
      poison.put(canary, topic.name());
    }
    return canary;
  }

  private void refused(Function<String, Reply> call) {
    Canary canary = canaries.line();
    Reply reply = call.apply(canary.text());
    assertThat(
            reply.status() >= 400
                || reply.text().contains("more than")
                || reply.text().contains("deeper")
                || reply.text().contains("longer"))
        .as("refused: " + reply)
        .isTrue();
    answers.put("reply " + answers.size(), reply.text());
  }

  private void answered(Function<String, Reply> call) {
    Reply reply = call.apply(canaries.line().text());
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    answers.put("reply " + answers.size(), reply.text());
  }

  private static byte[] harmless(Signal signal) {
    var service = Telemetry.service(MARKER.text() + "-last");
    Instant now = Instant.now();
    return switch (signal) {
      case LOGS -> service.log(MARKER.text()).at(now).toRequestBytes();
      case SPANS -> service.span(MARKER.text()).start(now).toRequestBytes();
      case METRICS -> service.counter(MARKER.text(), 1).at(now).toRequestBytes();
    };
  }

  private static byte[] attributes(int count, String value) {
    LogBuilder log = Telemetry.service("many").log("x");
    for (int i = 0; i < count; i++) {
      log.attribute("key" + i, value);
    }
    return log.toRequestBytes();
  }

  private static byte[] nested(int depth, String text) {
    Object value = text;
    for (int i = 0; i < depth; i++) {
      value = List.of(value);
    }
    return Telemetry.service("deep").log("x").attribute("a", value).toRequestBytes();
  }

  /** Over every limit. */
  private static byte[] large(String text) {
    return utf8((text + " ").repeat((9 << 20) / text.length()));
  }

  private static byte[] join(byte[] start, byte[] end) {
    byte[] all = Arrays.copyOf(start, start.length + end.length);
    System.arraycopy(end, 0, all, start.length, end.length);
    return all;
  }

  /** Whatever the status. */
  private String get(String url) {
    try {
      HttpResponse<String> reply =
          http.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.ofString());
      return reply.statusCode() + " " + reply.headers().map() + " " + reply.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
