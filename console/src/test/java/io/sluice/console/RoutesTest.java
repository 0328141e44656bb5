package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.sluice.sinks.search.LogEntry;
import io.sluice.sinks.search.LogQuery;
import io.sluice.sinks.search.LuceneStore;
import io.sluice.sinks.search.QueryMemory;
import io.sluice.sinks.search.SearchStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutesTest {

  @TempDir private Path directory;

  @Test
  void saysThatOtherQueriesHoldTheMemoryUntilTheirAnswersAreSent() {
    QueryMemory memory = new QueryMemory(1 << 20);
    ServerBuilder builder = Server.builder().http(0);
    try (SearchStore store = LuceneStore.open(directory);
        QueryMemory.Share other = memory.share()) {
      for (int i = 0; i < 10; i++) {
        String body = "x".repeat(10_000);
        store.put(new LogEntry("" + i, i, "cart", 9, "", body, "", "", Map.of(), Map.of()));
      }
      store.refresh();
      new Routes(builder, memory, Clock.systemUTC())
          .get("/logs", call -> call.reader(store).logs(LogQuery.all()).entries().size());
      try (Server server = builder.build()) {
        server.start().join();
        WebClient client = WebClient.of("h1c://127.0.0.1:" + server.activeLocalPort());
        for (int i = 0; i < 5; i++) { // each gives back what it held, soon after its answer
          await().until(() -> get(client).status().code() == 200);
        }
        await()
            .until(
                () -> {
                  try {
                    store.until(() -> false, other).logs(LogQuery.all());
                    return true;
                  } catch (RuntimeException busy) {
                    return false;
                  }
                });
        AggregatedHttpResponse refused = get(client);
        assertThat(refused.status().code()).isEqualTo(503);
        assertThat(refused.headers().get("retry-after")).isEqualTo("1");
        assertThat(refused.contentUtf8()).contains("other queries hold the memory");
        other.close();
        assertThat(get(client).contentUtf8()).startsWith("10");
      }
    }
  }

  private static AggregatedHttpResponse get(WebClient client) {
    return client.get("/logs").aggregate().join();
  }
}
