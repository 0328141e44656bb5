package io.sluice.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Namespace;
import io.sluice.sinks.search.OpenSearchConfig;
import io.sluice.sinks.search.OpenSearchStore;
import io.sluice.sinks.search.SearchSinkConfig;
import io.sluice.sinks.search.SearchStore;
import io.sluice.testkit.OpenSearchNode;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The search sink into OpenSearch, beside a loop that posts ready bulk requests to the same node:
 * the sink's own, recorded before, in bodies of 1 MiB, as many at a time as the sink may send.
 */
final class OpenSearchRates {

  private static final OpenSearchConfig DEFAULTS = OpenSearchConfig.defaults();

  /** What the sink begins with. */
  private static final int BODY_BYTES = 1 << 20;

  /** Of the node's code as of the sink's the compiler has had most by then. */
  private static final int WARM_UP = 5;

  private final OpenSearchNode node;
  private final Posts posts;

  OpenSearchRates(OpenSearchNode node) {
    this.node = node;
    this.posts =
        new Posts(
            node.url() + "/_bulk?filter_path=errors",
            answer -> answer.body().contains("\"errors\":false"),
            "Content-Type",
            "application/x-ndjson");
  }

  /** Measures and prints. */
  BesideLoop measure(PrintStream out, String what, SearchLoad load, int rounds) throws Exception {
    List<List<byte[]>> bodies = recorded(load);
    long documents =
        bodies.stream().flatMap(List::stream).mapToLong(OpenSearchRates::lines).sum() / 2;
    Namespace namespace = load.connection().namespace();
    BesideLoop beside = new BesideLoop("documents", documents);
    beside.measure(
        WARM_UP,
        rounds,
        () -> {
          clear(namespace);
          Spent spent = posts.spent(bodies);
          check(namespace, documents);
          return spent;
        },
        () -> {
          clear(namespace);
          try (SearchStore store = open(node.url(), namespace)) {
            Spent spent = load.spent(store);
            check(namespace, documents);
            return spent;
          }
        });
    beside.print(out, what);
    return beside;
  }

  /** A store on the node. */
  static SearchStore open(String url, Namespace namespace) {
    return OpenSearchStore.open(
        new OpenSearchConfig(
            List.of(url),
            DEFAULTS.maxAttributeFields(),
            DEFAULTS.maxConcurrency(),
            DEFAULTS.timeout(),
            "",
            "",
            "",
            DEFAULTS.tls()),
        SearchSinkConfig.defaults().retention(),
        namespace,
        new SimpleMeterRegistry());
  }

  private List<List<byte[]>> recorded(SearchLoad load) throws Exception {
    List<List<byte[]>> sequences = new ArrayList<>();
    for (int i = 0; i < DEFAULTS.maxConcurrency(); i++) {
      sequences.add(new ArrayList<>());
    }
    try (BulkRecorder recorder = new BulkRecorder();
        SearchStore store = open(recorder.url(), load.connection().namespace())) {
      load.spent(store);
      int number = 0;
      for (byte[] body : recorder.bodies()) {
        for (int from = 0; from < body.length; number++) {
          int to = end(body, from);
          sequences.get(number % sequences.size()).add(Arrays.copyOfRange(body, from, to));
          from = to;
        }
      }
    }
    // The templates, so that both sides write to the same mappings from the first round on.
    try (SearchStore store = open(node.url(), load.connection().namespace())) {
      var unused = store.committed();
    }
    return sequences;
  }

  /** Behind the document with which a body that begins there is large enough. */
  private static int end(byte[] body, int from) {
    boolean action = true;
    for (int i = from; i < body.length; i++) {
      if (body[i] == '\n') {
        action = !action;
        if (action && i - from >= BODY_BYTES) {
          return i + 1;
        }
      }
    }
    return body.length;
  }

  private static long lines(byte[] body) {
    long lines = 0;
    for (byte b : body) {
      lines += b == '\n' ? 1 : 0;
    }
    return lines;
  }

  /** A topic's documents have the same ids in each round. */
  private void clear(Namespace namespace) {
    String answer = answered("DELETE", "/" + namespace.name() + "-*");
    if (!answer.contains("\"acknowledged\":true")) {
      throw new IllegalStateException("the indexes were not deleted: " + answer);
    }
  }

  /** Once the node has the memory for it: a round leaves it with little. */
  private String answered(String method, String path) {
    List<String> answers = new ArrayList<>();
    Bench.await(
        () -> {
          HttpResponse<String> response = node.request(method, path, "");
          return response.statusCode() != 429 && answers.add(response.body());
        });
    return answers.get(0);
  }

  private void check(Namespace namespace, long documents) {
    String indexes = "/" + namespace.name() + "-*,-*-sluice-offsets";
    answered("POST", indexes + "/_refresh");
    String answer = answered("GET", indexes + "/_count");
    if (!answer.contains("\"count\":" + documents + ",")) {
      throw new IllegalStateException("not " + documents + " documents are there: " + answer);
    }
  }
}
