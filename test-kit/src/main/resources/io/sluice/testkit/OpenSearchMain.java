import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * A node on loopback, until the standard input ends. Java runs this source as it is, on the class
 * path of the version that is wanted.
 */
public final class OpenSearchMain {

  private OpenSearchMain() {}

  /** Takes a directory and a port. */
  public static void main(String[] args) throws Exception {
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild(
        (number, settings) -> {
          settings.put("http.port", args[1]);
          settings.put("http.host", "127.0.0.1");
          settings.put("transport.port", "0");
          settings.put("transport.host", "127.0.0.1");
          settings.put("discovery.type", "single-node");
          settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
        });
    runner.build(
        OpenSearchRunner.newConfigs().basePath(args[0]).clusterName("sluice-test").numOfNode(1));
    while (System.in.read() >= 0) {
      // Whoever started it says nothing; that it ended is what counts.
    }
    runner.close();
    System.exit(0);
  }
}
