package io.sluice.app.command;

import io.sluice.app.runtime.LocalPipeline;
import io.sluice.app.runtime.SluiceProcess;
import java.io.PrintStream;

/** Where everything can be reached. */
final class Addresses {

  private Addresses() {}

  static void print(LocalPipeline pipeline, PrintStream out) {
    out.println();
    print(pipeline.process(), out);
    line(out, "Kafka", "localhost:" + pipeline.kafkaPort());
  }

  static void print(SluiceProcess process, PrintStream out) {
    process.console().ifPresent(console -> line(out, "console", console.url()));
    process
        .prometheusSink()
        .ifPresent(sink -> line(out, "metrics", "http://localhost:" + sink.port() + "/metrics"));
    process
        .ingest()
        .ifPresent(
            ingest -> {
              line(out, "OTLP/gRPC", "http://localhost:" + ingest.grpcPort());
              line(out, "OTLP/HTTP", "http://localhost:" + ingest.httpPort());
            });
  }

  /** One whole write: a log on the same terminal or file comes before it or after, not within. */
  static void line(PrintStream out, String name, String address) {
    out.println("  %-10s %s".formatted(name, address));
  }
}
