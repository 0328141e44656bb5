package io.sluice.sinks.search;

import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.ClientTls;
import io.sluice.testkit.OpenSearchNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** Nodes that all tests of this run share, one at a time; each test has a namespace of its own. */
final class Nodes {

  private static final Map<OpenSearchNode.Version, OpenSearchNode> NODES =
      new EnumMap<>(OpenSearchNode.Version.class);
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private Nodes() {}

  /**
   * The node of a version; the test is left out where it cannot be started. In a CI only what needs
   * a newer JDK than the build may be.
   */
  static synchronized OpenSearchNode node(OpenSearchNode.Version version) {
    OpenSearchNode.missing(version)
        .ifPresent(
            why -> {
              if ("true".equals(System.getenv("CI")) && version != OpenSearchNode.Version.V3) {
                throw new IllegalStateException(why + "; with CI=true no test may be left out");
              }
              Assumptions.abort(why);
            });
    NODES.forEach(
        (other, node) -> {
          if (other != version) {
            node.kill();
          }
        });
    NODES.keySet().removeIf(other -> other != version);
    return NODES.computeIfAbsent(version, Nodes::start);
  }

  private static OpenSearchNode start(OpenSearchNode.Version version) {
    try {
      return OpenSearchNode.start(version, Files.createTempDirectory("opensearch-node"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Namespace namespace() {
    return new Namespace("test-" + NAMESPACES.incrementAndGet());
  }

  static OpenSearchConfig config(String url) {
    return config(url, 50);
  }

  static OpenSearchConfig config(String url, int maxAttributeFields) {
    return config(url, maxAttributeFields, 4, "", "");
  }

  /** With one bulk request under way at most. */
  static OpenSearchConfig oneAtATime(String url) {
    return config(url, 50, 1, "", "");
  }

  static OpenSearchConfig as(String user, Path passwordFile, String url) {
    return config(url, 50, 4, user, passwordFile.toString());
  }

  private static OpenSearchConfig config(
      String url,
      int maxAttributeFields,
      int maxConcurrency,
      String username,
      String passwordFile) {
    return new OpenSearchConfig(
        List.of(url),
        maxAttributeFields,
        maxConcurrency,
        Duration.ofSeconds(30),
        username,
        passwordFile,
        "",
        ClientTls.none());
  }

  /** Makes everything that was acknowledged visible. */
  static void refresh(OpenSearchNode node) {
    node.request("POST", "/_refresh", "");
  }
}
