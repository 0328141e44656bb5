package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.ServerTls;
import io.sluice.schemas.stage.StartException;
import io.sluice.testkit.SelfSigned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTlsTest {

  @TempDir private Path directory;

  @Test
  void speaksTlsAndNothingElse() throws Exception {
    SelfSigned own = SelfSigned.make(directory, "console");
    Console console = console(new ServerTls(own.certificate().toString(), own.key().toString()));
    console.start();
    try (ClientFactory trusting =
        ClientFactory.builder()
            .tlsCustomizer(tls -> tls.trustManager(own.certificate().toFile()))
            .connectTimeout(Duration.ofMinutes(1)) // a handshake takes long on a busy machine
            .build()) {
      assertThat(console.url()).isEqualTo("https://localhost:" + console.port());
      WebClient client =
          WebClient.builder("https://127.0.0.1:" + console.port()).factory(trusting).build();
      assertThat(client.get("/health/live").aggregate().join().status().code()).isEqualTo(200);
      assertThat(client.get("/api/v1/openapi.json").aggregate().join().contentUtf8())
          .contains("openapi");
      WebClient plain = WebClient.of("h1c://127.0.0.1:" + console.port());
      assertThatThrownBy(() -> plain.get("/health/live").aggregate().join())
          .as("plain text")
          .isNotNull();
    } finally {
      console.close();
    }
  }

  @Test
  void saysWhatIsWrongWithACertificate() throws Exception {
    Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "nonsense");
    assertThatThrownBy(() -> console(new ServerTls(nonsense.toString(), nonsense.toString())))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("console.tls: " + nonsense);
  }

  private static Console console(ServerTls tls) {
    return new Console(
        new ConsoleConfig("127.0.0.1", 0, List.of(), "", false, tls),
        new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace("")),
        null,
        new SimpleMeterRegistry(),
        Clock.systemUTC(),
        Map::of,
        Map.of());
  }
}
