package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.Server;
import org.junit.jupiter.api.Test;

class ShopCommandTest {

  @Test
  void letsNoOtherSitesPageBreakTheShop() {
    try (Server server = ShopCommand.listen(new FaultsService(), "127.0.0.1", 0)) {
      String own = "http://localhost:" + server.activeLocalPort();
      assertThat(post(server, "http://evil.example").status().code()).isEqualTo(403);
      assertThat(post(server, own).contentUtf8()).contains("not open yet");
    }
  }

  private static AggregatedHttpResponse post(Server server, String origin) {
    int port = server.activeLocalPort();
    return WebClient.of("h1c://127.0.0.1:" + port)
        .execute(
            RequestHeaders.builder(HttpMethod.POST, "/demo/faults/payment-slow")
                .authority("localhost:" + port)
                .add(HttpHeaderNames.ORIGIN, origin)
                .build())
        .aggregate()
        .join();
  }
}
