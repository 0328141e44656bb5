package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.sluice.schemas.stage.ClientTls;
import io.sluice.sinks.prometheus.RemoteWriteClient.Answer;
import io.sluice.sinks.prometheus.RemoteWriteClient.Verdict;
import io.sluice.testkit.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that asks for a client's certificate. */
class RemoteWriteTlsTest {

  @TempDir private Path directory;

  @Test
  void trustsTheGivenAuthorityAndShowsItsCertificate() throws Exception {
    SelfSigned server = SelfSigned.make(directory, "server");
    SelfSigned client = SelfSigned.make(directory, "client");
    HttpsServer https = server(server, client);
    try {
      String url = "https://127.0.0.1:" + https.getAddress().getPort() + "/write";
      ClientTls both =
          new ClientTls(
              server.certificate().toString(),
              client.certificate().toString(),
              client.key().toString());
      assertThat(post(url, both).verdict()).isEqualTo(Verdict.ACCEPTED);

      Answer unknown = post(url, ClientTls.none());
      assertThat(unknown.verdict())
          .as("a wrong certificate mends itself never")
          .isEqualTo(Verdict.REFUSED);
      assertThat(unknown.sentence()).startsWith("TLS: ");

      ClientTls anonymous = new ClientTls(server.certificate().toString(), "", "");
      assertThat(post(url, anonymous).verdict()).isNotEqualTo(Verdict.ACCEPTED);
    } finally {
      https.stop(0);
    }
  }

  @Test
  void saysWhichFileCannotBeUsed() throws Exception {
    SelfSigned client = SelfSigned.make(directory, "client");
    Path none = directory.resolve("none.pem");
    assertThatThrownBy(() -> new ClientTls(none.toString(), "", "").context())
        .hasMessageContaining("tls cannot be used: cannot read " + none);
    assertThatThrownBy(
            () ->
                new ClientTls("", client.certificate().toString(), client.certificate().toString())
                    .context())
        .hasMessageContaining("no PKCS #8 key")
        .hasMessageContaining("openssl pkcs8");
  }

  private static Answer post(String url, ClientTls tls) throws InterruptedException {
    return RemoteWriteClientTest.post(url, "", tls);
  }

  private static HttpsServer server(SelfSigned own, SelfSigned trusted) throws IOException {
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ClientTls tls =
        new ClientTls(
            trusted.certificate().toString(), own.certificate().toString(), own.key().toString());
    https.setHttpsConfigurator(
        new HttpsConfigurator(tls.context()) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
            ssl.setNeedClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    https.createContext(
        "/write",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    https.start();
    return https;
  }
}
