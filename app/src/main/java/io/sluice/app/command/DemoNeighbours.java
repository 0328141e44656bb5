package io.sluice.app.command;

import io.sluice.app.runtime.LocalPipeline;
import io.sluice.demo.Neighbour;
import io.sluice.demo.Neighbours;
import io.sluice.demo.Shop;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The services that the demo adds on request. One that cannot be started is said, and the shop does
 * without it; the checks at the end do not.
 */
final class DemoNeighbours implements AutoCloseable {

  private final List<String> names = new ArrayList<>();
  private final List<Neighbour> started = new ArrayList<>();

  private DemoNeighbours() {}

  static DemoNeighbours start(
      Shop shop, LocalPipeline pipeline, boolean javaAgent, boolean node, Progress progress) {
    DemoNeighbours neighbours = new DemoNeighbours();
    Path work = pipeline.data().path().resolve("demo");
    if (javaAgent) {
      progress.step("starting reviews under the Java agent");
      KafkaConnection kafka = pipeline.connection();
      neighbours.add(
          "reviews",
          shop,
          () ->
              Neighbours.reviews(
                  Neighbours.agents(), kafka.bootstrapServers(), kafka.namespace().name(), work));
    }
    if (node) {
      progress.step("starting recommendations in Node.js (the first time npm fetches libraries)");
      int port = pipeline.process().ingest().orElseThrow().httpPort();
      neighbours.add(
          "recommendations",
          shop,
          () -> Neighbours.recommendations("http://127.0.0.1:" + port, work));
    }
    return neighbours;
  }

  private void add(String name, Shop shop, Start start) {
    names.add(name);
    try {
      Neighbour neighbour = start.start();
      started.add(neighbour);
      shop.add(neighbour);
    } catch (Neighbour.NotStartedException e) {
      System.out.println(e.getMessage());
    }
  }

  /** Of those that were asked for. */
  List<String> names() {
    return List.copyOf(names);
  }

  @Override
  public void close() {
    started.forEach(Neighbour::close);
  }

  private interface Start {
    Neighbour start() throws Neighbour.NotStartedException;
  }
}
