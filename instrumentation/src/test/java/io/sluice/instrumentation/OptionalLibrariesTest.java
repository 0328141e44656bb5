package io.sluice.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.instrumentation.http.HttpClientTelemetry;
import io.sluice.instrumentation.http.HttpServerTelemetry;
import io.sluice.instrumentation.kafka.KafkaExporters;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** A service has only what this module forces on it: the SDK, its OTLP exporter and Kafka. */
class OptionalLibrariesTest {

  private static final List<String> OPTIONAL =
      List.of(
          "micrometer",
          "servlet",
          "armeria",
          "lettuce",
          "jedis",
          "kafka-streams",
          "opentelemetry-proto",
          "protobuf",
          "stream-processors",
          "schemas");

  @Test
  void aServiceStartsWithoutThem() throws Exception {
    ClassLoader service = withoutOptionalLibraries();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(service);
    try {
      Callable<?> main =
          (Callable<?>)
              service.loadClass(Service.class.getName()).getDeclaredConstructor().newInstance();
      assertThat(main.call()).isEqualTo("served");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    for (String optional :
        List.of(
            "jakarta.servlet.Filter",
            "com.linecorp.armeria.server.Server",
            "org.apache.kafka.streams.KafkaStreams",
            "redis.clients.jedis.UnifiedJedis",
            "io.micrometer.core.instrument.MeterRegistry",
            "io.sluice.processors.sanitize.OtlpSanitizer")) {
      assertThatThrownBy(() -> service.loadClass(optional))
          .isInstanceOf(ClassNotFoundException.class);
    }
  }

  /** Not closed: the exporter's thread may end a moment after the service. */
  private static ClassLoader withoutOptionalLibraries() throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      File file = new File(entry);
      if (OPTIONAL.stream().noneMatch(name -> file.getPath().contains(name))) {
        urls.add(file.toURI().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  /** The whole telemetry of a service; loaded apart from the tests. */
  public static final class Service implements Callable<String> {
    @Override
    public String call() {
      KafkaExporters kafka =
          KafkaExporters.builder("127.0.0.1:1").closeTimeout(Duration.ZERO).build();
      try (ServiceTelemetry telemetry =
          ServiceTelemetry.builder("shop")
              .kafka(kafka)
              .closeTimeout(Duration.ofMillis(100))
              .build()) {
        HttpServerTelemetry.create(telemetry.openTelemetry()).filter();
        HttpClientTelemetry.create(telemetry.openTelemetry());
        telemetry.openTelemetry().getTracer("shop").spanBuilder("GET /").startSpan().end();
        return "served";
      }
    }
  }
}
