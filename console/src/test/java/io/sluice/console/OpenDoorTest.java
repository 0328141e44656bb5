package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.server.Server;
import org.junit.jupiter.api.Test;

class OpenDoorTest {

  @Test
  void isClosedToOtherSitesPages() {
    try (Server server =
        Server.builder()
            .serviceUnder(
                "/demo", OpenDoor.to((context, request) -> HttpResponse.of("done"), "0.0.0.0"))
            .build()) {
      server.start().join();
      int port = server.activeLocalPort();
      String own = "localhost:" + port;
      assertThat(post(port, own, "")).isEqualTo(200);
      assertThat(post(port, own, "http://" + own)).isEqualTo(200);
      assertThat(post(port, own, "http://evil.example")).isEqualTo(403);
      assertThat(post(port, "evil.example:" + port, "")).isEqualTo(403);
    }
  }

  private static int post(int port, String authority, String origin) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(HttpMethod.POST, "/demo/faults/x").authority(authority);
    if (!origin.isEmpty()) {
      headers.add("origin", origin);
    }
    return WebClient.of("h1c://127.0.0.1:" + port)
        .execute(headers.build())
        .aggregate()
        .join()
        .status()
        .code();
  }
}
