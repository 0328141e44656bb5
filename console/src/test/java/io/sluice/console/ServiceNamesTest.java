package io.sluice.console;

import static io.sluice.console.ConsoleFixture.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TraceBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.StringArbitrary;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Services are called as their owners like. */
@SuppressWarnings("NullAway.Init") // start comes first
class ServiceNamesTest {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static ConsoleFixture console;
  private static int traces;

  @BeforeContainer
  static void start() throws IOException {
    console =
        ConsoleFixture.startWithoutKafka(Files.createTempDirectory(Path.of("target"), "names"));
  }

  @AfterContainer
  static void stop() {
    console.close();
  }

  @Property(tries = 200)
  void haveOperationsWhateverTheirNames(@ForAll("names") String name) throws Exception {
    String operation = "operation " + ++traces;
    put(name, operation);
    assertThat(text("/api/v1/operations?service=" + encoded(name), "/operations"))
        .contains(operation);
    assertThat(text("/jaeger/api/services", "/data")).contains(name);
    assertThat(json("/jaeger/api/operations?service=" + encoded(name), "/data"))
        .extracting(each -> each.get("name").asText())
        .contains(operation);
    if (isPathUpwards(name)) {
      return; // the server refuses it as a path before it is read as a name
    }
    // Folded as browsers do, and most libraries.
    URI path = URI.create("/jaeger/api/services/" + encoded(name) + "/operations").normalize();
    assertThat(text(path.toString(), "/data")).contains(operation);
  }

  private static boolean isPathUpwards(String name) {
    return name.length() > 2 && List.of(name.split("[/\\\\]")).contains("..");
  }

  @Provide
  static Arbitrary<String> names() {
    Arbitrary<String> pieces =
        Arbitraries.of(".", "..", ";", "/", "%", "%2F", "%2e", "?", "#", "&", "=", "+", " ", "\\")
            .edgeCases(edges -> edges.add(".", ".."));
    Arbitrary<String> others =
        Arbitraries.of(
            "\"",
            "'",
            "<b>",
            "\u00fc",
            "\u202e",
            "\u670d\u52a1",
            "\ud83d\ude00",
            "a",
            ":",
            "\u0085");
    // The sanitizer writes control characters visibly.
    StringArbitrary text =
        Arbitraries.strings().withCharRange(' ', '~').withCharRange('\u00a0', '\ud7ff');
    return Arbitraries.oneOf(
        pieces,
        Arbitraries.oneOf(pieces, others)
            .list()
            .ofMinSize(1)
            .ofMaxSize(6)
            .map(parts -> String.join("", parts)),
        text.ofMinLength(1).ofMaxLength(20));
  }

  private static void put(String service, String operation) {
    TraceBuilder trace =
        TraceBuilder.trace(Telemetry.traceId(traces), Telemetry.service(service).span(operation));
    console.store().put(Samples.trace(trace, service, operation));
    console.store().refresh();
  }

  private static List<String> text(String path, String at) throws Exception {
    List<String> text = new ArrayList<>();
    json(path, at).forEach(each -> text.add(each.textValue()));
    return text;
  }

  private static JsonNode json(String path, String at) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + console.port() + path);
    HttpResponse<String> reply =
        CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(path + ": " + reply.body()).isEqualTo(200);
    return new ObjectMapper().readTree(reply.body()).at(at);
  }
}
