package io.sluice.alerts.notify;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A notifier that can be killed: a process of its own. */
final class NotifierProcess {

  private NotifierProcess() {}

  static Process start(KafkaConnection connection, String webhook) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            NotifierProcess.class.getName(),
            connection.bootstrapServers(),
            connection.namespace().name(),
            webhook)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Runs until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    NotifierConfig config =
        new NotifierConfig(
            List.of(),
            List.of(arguments[2]),
            null,
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            false);
    Notifier notifier =
        new Notifier(
            config,
            new KafkaConnection(arguments[0], Map.of(), new Namespace(arguments[1])),
            new SimpleMeterRegistry(),
            Clock.systemUTC(),
            "notifier-1");
    notifier.start();
    new CountDownLatch(1).await();
  }
}
